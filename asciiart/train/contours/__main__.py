"""``python -m asciiart.train.contours FOLDER`` trains the network of contours."""

import sys

from asciiart.train.contours.training import main

main(sys.argv[1:])
