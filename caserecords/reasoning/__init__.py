"""What follows from a whole case with its images, shown as pages and over REST; never a verdict."""
