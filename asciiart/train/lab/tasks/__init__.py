"""The tasks of the lab, one module or folder each; see `asciiart.train.lab.catalog`."""
