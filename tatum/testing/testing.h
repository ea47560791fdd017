#pragma once

/// All that the tests of an app use.
#include <tatum/testing/assertions.h>
#include <tatum/testing/client.h>
#include <tatum/testing/database.h>
#include <tatum/testing/live_server.h>
#include <tatum/testing/overrides.h>
#include <tatum/testing/pictures.h>
