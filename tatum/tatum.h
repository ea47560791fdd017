#pragma once

/// Everything for everyday use. A source file that needs less compiles faster with the headers of
/// the layers it uses.
#include <tatum/base/text.h>
#include <tatum/db/db.h>
#include <tatum/site/app.h>
#include <tatum/site/site.h>
#include <tatum/urls/path.h>
#include <tatum/urls/reverse.h>
#include <tatum/views/decorators.h>
#include <tatum/views/generic.h>
#include <tatum/views/shortcuts.h>
