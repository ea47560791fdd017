#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace tatum {

/// A file inside the binary. Its bytes live as long as the program; a zero byte follows them.
struct EmbeddedFile {
    std::string_view path;  ///< from the app's folder: "templates/products/product_list.html"
    const char* first;
    const char* last;

    std::string_view content() const { return {first, static_cast<std::size_t>(last - first)}; }
};

/// The data files of an app or a site: templates, static files, migrations, fixtures. tatum_app()
/// embeds them (CMake) and defines one constant of this type. A value that views constants.
class AppFiles {
public:
    constexpr AppFiles() = default;
    /// `embedded` is sorted by path. `folder` is where the files came from, empty when that is of
    /// no interest; it need not exist when the program runs.
    constexpr AppFiles(std::string_view folder, std::span<const EmbeddedFile> embedded)
        : folder_(folder), embedded_(embedded) {}

    constexpr std::string_view folder() const { return folder_; }
    constexpr std::span<const EmbeddedFile> embedded() const { return embedded_; }
    constexpr bool empty() const { return embedded_.empty() && folder_.empty(); }

    /// nullptr when there is no such file.
    const EmbeddedFile* find(std::string_view path) const;
    /// The files whose path starts with `prefix`, in order of path.
    std::span<const EmbeddedFile> below(std::string_view prefix) const;

    /// True when the source folder exists on this machine. Asks the file system.
    bool is_live() const;

private:
    std::string_view folder_;
    std::span<const EmbeddedFile> embedded_;
};

/// How a site's executable was made; tatum_site() (CMake) defines it as tatum_site_build.
struct SiteBuild {
    const AppFiles* files;          ///< the site's own files, settings.toml among them
    std::string_view target;        ///< the executable's name in the build
    std::string_view build_folder;  ///< where `cmake --build` remakes it; empty when not recorded
};

}  // namespace tatum

/// Defined in executables made by tatum_site(), else null.
extern "C" const tatum::SiteBuild tatum_site_build __attribute__((weak));
