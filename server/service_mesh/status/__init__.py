"""What a cluster tells of the health of its meshes, counted; problems are the health rules' part."""
