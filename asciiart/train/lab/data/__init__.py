"""What the tasks draw and split: letters, emblems, fonts, words, and pictures of users."""
