#pragma once

#include <tatum/site/command.h>

#include <exception>
#include <string>

namespace tatum {
struct Error;
}

namespace tatum::site {

class Site;
struct ServeOptions;

/// Why a server could not start, as its exit code; docs/howto/deploy.md lists them. 1 is anything
/// else, 2 a wrong command line.
enum class StartFault : std::uint8_t {
    Settings = 3,      ///< missing, malformed, contradictory
    AddressTaken = 4,  ///< another program listens there
    NotPermitted = 5,  ///< a port below 1024, a folder without permission
    Certificate = 6,   ///< a certificate or key cannot be read, or they do not belong together
    Database = 7,      ///< a database does not answer
    File = 8,          ///< a file or folder of the settings cannot be read or written
};

CommandError start_error(StartFault fault, const std::string& message);
/// By the error's code.
CommandError start_error(const Error& error);
/// What Site::setup() or a check has thrown.
CommandError start_error(std::exception_ptr thrown);

/// Throws CommandError for a site that would refuse every request.
void check_hosts(const Site& site);
/// Asks every database, and every file and folder of the settings that a server needs. Throws
/// CommandError for the first that fails.
void check_surroundings(const Site& site);
/// The same of the files that only a server's options name, and that binding does not open.
void check_files(const ServeOptions& options);

/// A line on `err` where `migrate` would do something, or where that cannot be found out.
void warn_of_migrations(const Site& site, Output& err);

}  // namespace tatum::site
