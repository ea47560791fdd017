#include <tatum/site/impl/command_tools.h>

#include <tatum/db/database.h>
#include <tatum/site/command.h>
#include <tatum/site/site.h>

#include <fstream>
#include <string>

namespace tatum::site::impl {

db::Database& database_of(const CommandCall& call) {
    return call.site->databases().get(call.arguments.get("--database"));
}

void write_file(const std::filesystem::path& path, std::string_view content) {
    std::error_code error;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    if (!file) throw CommandError(path.string() + " cannot be written");
}

}  // namespace tatum::site::impl
