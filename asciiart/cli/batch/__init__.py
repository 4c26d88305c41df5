"""Drawing many pictures: tasks, the processes that perform them, and where results go."""
