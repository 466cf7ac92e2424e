META
key;value
budget;None
vote_type;approval
PROJECTS
