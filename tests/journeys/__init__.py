"""Whole journeys of people in a real Chromium on a real portal."""
