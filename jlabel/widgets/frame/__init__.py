"""What every screen shares: the widget, its messages, its state and the browser's parts around a stage."""
