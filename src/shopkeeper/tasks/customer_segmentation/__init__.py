"""Customer segmentation: groups of customers who buy alike, named by what they are."""
