#include <tatum/views/environment.h>

#include <tatum/urls/resolver.h>
#include <tatum/views/static_files.h>

namespace tatum::views {

Result<std::string> SiteEnvironment::reverse(std::string_view view_name,
                                             std::span<const Value> args, const Dict& kwargs,
                                             std::string_view current_app) const {
    return urls::current_resolver().find_url(view_name, List(args.begin(), args.end()), kwargs,
                                             {.current_app = current_app});
}

std::string SiteEnvironment::static_url(std::string_view path) const { return files_.url(path); }

std::string SiteEnvironment::static_prefix() const { return files_.prefix(); }

}  // namespace tatum::views
