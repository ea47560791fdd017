#pragma once

#include <tatum/site/app.h>

/// What a site remembers of a visitor between requests: a cookie with a random key, and under that
/// key a dictionary in the database (or in files, or signed in the cookie itself). In Django's
/// format, so that a visitor is the same to a Django site and to this one.
namespace tatum::sessions {

extern const App app;

}  // namespace tatum::sessions
