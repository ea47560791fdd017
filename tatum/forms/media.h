#pragma once

#include <tatum/base/value.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::forms {

/// Attributes of an element, by name and in order: true is a bare attribute, false is left out.
using Attributes = Dict;

/// A file that a page loads: a path below STATIC_URL, or an address that starts with "/" or
/// "http". A value; equal when kind and path are.
struct MediaAsset {
    MediaAsset(std::string_view asset_path) : path(asset_path) {}
    MediaAsset(const char* asset_path) : path(asset_path) {}
    MediaAsset(const std::string& asset_path) : path(asset_path) {}

    std::string path;
    Attributes attributes = {};  ///< of a Script
    bool is_script = false;      ///< made by Script()

    friend bool operator==(const MediaAsset& a, const MediaAsset& b) {
        return a.is_script == b.is_script && a.path == b.path;
    }
};
/// A script with attributes: Script("js/map.js", {{"async", true}}).
MediaAsset Script(std::string_view path, Attributes attributes = {});

using MediaAssets = std::vector<MediaAsset>;
struct MediaOptions {
    /// By medium: {"all", {"forms/a.css"}}.
    std::vector<std::pair<std::string, MediaAssets>> css = {};
    MediaAssets js = {};
};

/// The style sheets and scripts that widgets and forms need: Django's Media. Sums keep each file
/// once and in an order that agrees with all the lists that were added; where two lists disagree,
/// the order of their first mention counts, and a warning is logged. A value.
class Media {
public:
    Media() = default;
    Media(MediaOptions options);

    /// Of all that was added.
    MediaAssets js() const;
    /// In the order of the media's names.
    std::vector<std::pair<std::string, MediaAssets>> css() const;
    bool empty() const { return css_lists_.empty() && js_lists_.empty(); }
    /// Only the style sheets, or only the scripts, for pages that load them in two places.
    Media only_css() const;
    Media only_js() const;

    /// <link> and <script> elements, one a line.
    void render(std::string& out) const;
    std::string render() const;

    Media& operator+=(const Media& other);
    friend Media operator+(Media a, const Media& b) {
        a += b;
        return a;
    }

private:
    std::vector<std::vector<std::pair<std::string, MediaAssets>>> css_lists_;
    std::vector<MediaAssets> js_lists_;
};

/// For templates: `{{ form.media }}`, `{{ form.media.css }}`, `{{ form.media.js }}`.
Value to_value(const Media& media);

/// The address of a static file as {% static %} of the current site would print it; addresses that
/// are absolute stay.
std::string media_url(std::string_view path);

/// Django's flatatt(): ` name="value"` for each attribute, sorted, those without a value last;
/// false and None are left out.
void append_flat_attributes(std::string& out, const Attributes& attributes);

}  // namespace tatum::forms
