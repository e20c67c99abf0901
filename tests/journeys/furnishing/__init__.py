"""What each room puts into the scene: `furnish` makes it, `known` names it in addresses. Listed in scenery.py."""
