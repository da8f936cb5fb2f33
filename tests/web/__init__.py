"""HTTP manners: pages, headers, forms."""
