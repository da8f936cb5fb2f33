"""What an application must fulfil, as pure checks of its fields, goods lines and whole."""
