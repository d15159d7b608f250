"""What is labeled and how: frozen values and pure rules, with no input or output."""
