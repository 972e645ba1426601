"""Groups of customers: ticked in a dialog, narrowing the list, told in the form."""
