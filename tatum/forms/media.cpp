#include <tatum/forms/media.h>

#include <tatum/base/html.h>
#include <tatum/base/log.h>
#include <tatum/forms/renderer.h>
#include <tatum/template/engine.h>

#include <algorithm>

namespace tatum::forms {

namespace {

/// A file while lists are merged: how many files must still come before it, and which come after.
struct MediaNode {
    const MediaAsset* asset;
    std::size_t waits_for = 0;
    std::vector<std::size_t> before = {};
};

/// The order that agrees with all lists: those that wait for nothing in the order of their first
/// mention, then those that waited for them, and so on.
class MediaMerge {
public:
    explicit MediaMerge(const std::vector<const MediaAssets*>& lists) {
        for (const MediaAssets* list : lists) add(*list);
    }

    MediaAssets merged() {
        MediaAssets all;
        std::vector<std::size_t> ready;
        for (std::size_t i = 0; i < nodes_.size(); ++i)
            if (nodes_[i].waits_for == 0) ready.push_back(i);
        while (!ready.empty()) {
            std::vector<std::size_t> next;
            for (const std::size_t i : ready) {
                all.push_back(*nodes_[i].asset);
                for (const std::size_t later : nodes_[i].before)
                    if (--nodes_[later].waits_for == 0) next.push_back(later);
            }
            ready = std::move(next);
        }
        if (all.size() == nodes_.size()) return all;
        logging::Logger("tatum.forms").warning("media files are listed in opposite orders");
        all.clear();
        for (const MediaNode& node : nodes_) all.push_back(*node.asset);
        return all;
    }

private:
    void add(const MediaAssets& list) {
        std::size_t head = list.empty() ? 0 : index_of(list.front());
        for (std::size_t i = 1; i < list.size(); ++i) {
            const std::size_t item = index_of(list[i]);
            if (item != head) {
                nodes_[head].before.push_back(item);
                ++nodes_[item].waits_for;
            }
            head = item;
        }
    }
    std::size_t index_of(const MediaAsset& asset) {
        const auto found = std::find_if(nodes_.begin(), nodes_.end(), [&](const MediaNode& node) {
            return *node.asset == asset;
        });
        if (found != nodes_.end()) return static_cast<std::size_t>(found - nodes_.begin());
        nodes_.push_back({&asset});
        return nodes_.size() - 1;
    }

    std::vector<MediaNode> nodes_;
};

MediaAssets merge_media(const std::vector<const MediaAssets*>& lists) {
    if (lists.size() == 1 && lists.front()->size() == 1) return *lists.front();
    return MediaMerge(lists).merged();
}

void append_script(std::string& out, const MediaAsset& asset) {
    out += "<script src=\"";
    html::append_escaped(out, media_url(asset.path));
    out += '"';
    append_flat_attributes(out, asset.attributes);
    out += "></script>";
}

void append_style_sheet(std::string& out, const MediaAsset& asset, std::string_view medium) {
    out += "<link href=\"";
    html::append_escaped(out, media_url(asset.path));
    out += "\" media=\"";
    html::append_escaped(out, medium);
    out += "\" rel=\"stylesheet\">";
}

/// `{{ form.media }}` and its parts.
class MediaObject final : public Object {
public:
    explicit MediaObject(Media media) : media_(std::move(media)) {}

    std::string_view type_name(Self) const override { return "Media"; }
    void append_str(Self, std::string& out) const override { media_.render(out); }
    bool truth(Self) const override { return true; }
    std::optional<Value> attribute(Self, const Name& name) const override {
        if (name.text == "css") return to_value(media_.only_css());
        if (name.text == "js") return to_value(media_.only_js());
        if (name.text == "render") return Value::safe(media_.render());
        return std::nullopt;
    }

private:
    Media media_;
};

}  // namespace

MediaAsset Script(std::string_view path, Attributes attributes) {
    MediaAsset script(path);
    script.attributes = std::move(attributes);
    script.is_script = true;
    return script;
}

Media::Media(MediaOptions options) {
    if (!options.css.empty()) css_lists_.push_back(std::move(options.css));
    if (!options.js.empty()) js_lists_.push_back(std::move(options.js));
}

MediaAssets Media::js() const {
    std::vector<const MediaAssets*> lists;
    for (const MediaAssets& list : js_lists_) lists.push_back(&list);
    return lists.empty() ? MediaAssets() : merge_media(lists);
}

std::vector<std::pair<std::string, MediaAssets>> Media::css() const {
    std::vector<std::pair<std::string, std::vector<const MediaAssets*>>> by_medium;
    for (const auto& lists : css_lists_) {
        for (const auto& [medium, list] : lists) {
            const auto found = std::find_if(by_medium.begin(), by_medium.end(),
                                            [&](const auto& each) { return each.first == medium; });
            if (found != by_medium.end()) {
                found->second.push_back(&list);
            } else {
                by_medium.push_back({medium, {&list}});
            }
        }
    }
    std::sort(by_medium.begin(), by_medium.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::pair<std::string, MediaAssets>> merged;
    for (const auto& [medium, lists] : by_medium) merged.emplace_back(medium, merge_media(lists));
    return merged;
}

Media Media::only_css() const { return Media(MediaOptions{.css = css()}); }

Media Media::only_js() const { return Media(MediaOptions{.js = js()}); }

void Media::render(std::string& out) const {
    bool first = true;
    const auto next_line = [&] {
        if (!first) out += '\n';
        first = false;
    };
    for (const auto& [medium, list] : css()) {
        for (const MediaAsset& asset : list) {
            next_line();
            if (asset.is_script) {
                append_script(out, asset);
            } else {
                append_style_sheet(out, asset, medium);
            }
        }
    }
    for (const MediaAsset& asset : js()) {
        next_line();
        append_script(out, asset);
    }
}

std::string Media::render() const {
    std::string out;
    render(out);
    return out;
}

Media& Media::operator+=(const Media& other) {
    const auto add = [](auto& mine, const auto& theirs) {
        const std::size_t before = mine.size();
        for (const auto& list : theirs) {
            const auto end = mine.begin() + static_cast<std::ptrdiff_t>(before);
            if (std::find(mine.begin(), end, list) == end) mine.push_back(list);
        }
    };
    add(css_lists_, other.css_lists_);
    add(js_lists_, other.js_lists_);
    return *this;
}

Value to_value(const Media& media) { return Value::adopt(new MediaObject(media)); }

std::string media_url(std::string_view path) {
    if (path.starts_with("http://") || path.starts_with("https://") || path.starts_with('/'))
        return std::string(path);
    const template_::Engine* engine = current_templates();
    if (engine != nullptr && engine->options().environment != nullptr)
        return engine->options().environment->static_url(path);
    return template_::Environment().static_url(path);
}

void append_flat_attributes(std::string& out, const Attributes& attributes) {
    std::vector<const Dict::Entry*> valued, bare;
    for (const Dict::Entry& entry : attributes) {
        if (entry.value.kind() == Kind::Bool) {
            if (entry.value.as_bool()) bare.push_back(&entry);
        } else if (!entry.value.is_none()) {
            valued.push_back(&entry);
        }
    }
    const auto by_name = [](const Dict::Entry* a, const Dict::Entry* b) {
        return a->key.as_string() < b->key.as_string();
    };
    std::sort(valued.begin(), valued.end(), by_name);
    std::sort(bare.begin(), bare.end(), by_name);
    for (const Dict::Entry* entry : valued) {
        out += ' ';
        html::append_conditionally_escaped(out, entry->key);
        out += "=\"";
        html::append_conditionally_escaped(out, entry->value);
        out += '"';
    }
    for (const Dict::Entry* entry : bare) {
        out += ' ';
        html::append_conditionally_escaped(out, entry->key);
    }
}

}  // namespace tatum::forms
