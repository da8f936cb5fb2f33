"""The application: particulars, goods, documents, lifecycle, questions and answers."""
