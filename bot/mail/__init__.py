"""Mail as contact: BCCs and forwards are taken in, read for who wrote to whom on which day, and dropped."""
