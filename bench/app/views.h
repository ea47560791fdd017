#pragma once

#include <tatum/tatum.h>

namespace bench {

extern const tatum::Urls urls;

/// The categories of every page's navigation; their query runs only where a template loops over
/// them.
tatum::Dict navigation(tatum::Request& request);

}  // namespace bench
