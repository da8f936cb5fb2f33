"""Trade events: fairs and meetings, upcoming and past, each with its source."""
