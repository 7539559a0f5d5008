"""Who is acting, what that role may do, and the secrets that prove it."""
