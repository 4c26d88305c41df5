"""Many pictures: what is to be done with each, by whom, and where it goes."""
