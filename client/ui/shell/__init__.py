"""The window around the screens: menus, docks, navigation, search."""
