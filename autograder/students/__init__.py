"""Who is in the course, and what is different for some: extensions, excuses, new names, those who drop and come back."""
