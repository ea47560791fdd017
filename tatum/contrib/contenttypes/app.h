#pragma once

#include <tatum/site/app.h>

/// A number for each model, by which rows refer to models: permissions, the admin's history. In
/// Django's table, so that both refer to the same.
namespace tatum::contenttypes {

extern const App app;

}  // namespace tatum::contenttypes
