#pragma once

#include <tatum/site/app.h>

/// One-time notes to a visitor, shown by the next page that shows messages: "Your order is on its
/// way." In Django's format, so that a Django site shows what this one has noted, and the reverse.
namespace tatum::messages {

extern const App app;

}  // namespace tatum::messages
