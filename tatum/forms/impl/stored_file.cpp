#include <tatum/forms/impl/stored_file.h>

#include <tatum/base/settings.h>
#include <tatum/base/uri.h>

#include <memory>

namespace tatum::forms::impl {

namespace {

class StoredFile final : public Object {
public:
    explicit StoredFile(std::string_view path) : path_(path) {}

    std::string_view type_name(Self) const override { return "FieldFile"; }
    void append_str(Self, std::string& out) const override { out += path_; }
    bool truth(Self) const override { return !path_.empty(); }
    std::optional<Value> attribute(Self, const Name& name) const override {
        if (name.text == "name") return Value(path_);
        if (name.text == "url" && !path_.empty()) {
            return Value(current_settings().media_url + uri::filepath_to_uri(path_));
        }
        return std::nullopt;
    }
    bool equals(Self, const Value& other) const override { return other.str() == path_; }
    std::size_t hash(Self) const override { return Value(path_).hash(); }

private:
    std::string path_;
};

}  // namespace

Value stored_file(const Value& path) {
    const std::string text = path.is_none() ? std::string() : path.str();
    return Value::adopt(std::make_unique<StoredFile>(text).release());
}

}  // namespace tatum::forms::impl
