"""Measuring drawings against their pictures: one drawing, or fonts and charsets compared."""
