#pragma once

/// All that an app's models and views use.
#include <tatum/db/functions.h>
#include <tatum/db/model.h>
#include <tatum/db/query_set.h>
#include <tatum/db/transaction.h>
