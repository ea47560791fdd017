#include <tatum/forms/choice_fields.h>

#include <tatum/base/error.h>
#include <tatum/base/regex.h>
#include <tatum/forms/choice_widgets.h>
#include <tatum/forms/inputs.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <typeinfo>
#include <unordered_set>

namespace tatum::forms {

namespace {

/// What a list of values prints as, without regard to order and repetition.
std::set<std::string> texts_of(const List& values) {
    std::set<std::string> texts;
    for (const Value& value : values) texts.insert(value.str());
    return texts;
}

/// Does an exception of `coerce` speak of the value, as Python's ValueError and TypeError do? What
/// else fails (a database that is away) is no fault of the visitor.
bool blames_value(const std::exception& error) {
    return typeid(error) == typeid(Exception) ||  // the error of a Result
           dynamic_cast<const ValidationError*>(&error) != nullptr ||
           dynamic_cast<const ValueError*>(&error) != nullptr ||
           dynamic_cast<const std::invalid_argument*>(&error) != nullptr ||
           dynamic_cast<const std::out_of_range*>(&error) != nullptr;
}

List items_of(const Value& value) {
    return value.is_none() ? List() : value.items().value_or(List{value});
}

/// Reads a folder of the disk into choices, as Django orders them.
class FolderReader {
public:
    FolderReader(std::string_view path, const FieldOptions& options)
        : path_(path),
          with_files_(options.allow_files.value_or(true)),
          with_folders_(options.allow_folders.value_or(false)) {
        if (!options.match.empty()) match_ = Regex::compile(options.match).value();
    }

    void read(Choices::Items& items) {
        Choices::Items found;
        for (const auto& entry : std::filesystem::directory_iterator(path_)) {
            const std::string name = entry.path().filename().string();
            const bool is_wanted =
                (with_files_ && entry.is_regular_file()) || (with_folders_ && entry.is_directory());
            if (is_wanted && fits(name)) add(found, entry.path().string(), name);
        }
        std::sort(found.begin(), found.end(),
                  [](const Choice& a, const Choice& b) { return a.label < b.label; });
        items.insert(items.end(), found.begin(), found.end());
    }
    void read_recursively(Choices::Items& items) {
        std::vector<std::filesystem::path> folders = {path_};
        for (const auto& entry : recursively()) {
            if (entry.is_directory() && !entry.is_symlink()) folders.push_back(entry.path());
            check(folders.size());
        }
        std::sort(folders.begin(), folders.end(),
                  [](const auto& a, const auto& b) { return a.string() < b.string(); });
        for (const std::filesystem::path& folder : folders) read_one(items, folder);
    }

private:
    /// Folders that may not be read are left out.
    std::filesystem::recursive_directory_iterator recursively() const {
        return std::filesystem::recursive_directory_iterator(
            path_, std::filesystem::directory_options::skip_permission_denied);
    }
    bool fits(const std::string& name) const {
        return name != "__pycache__" && (!match_ || match_->search(name));
    }
    static void check(std::size_t entries) {
        if (entries > FilePathField::kEntriesMax)
            throw ImproperlyConfigured("a FilePathField has too many files to choose from");
    }
    static void add(Choices::Items& items, const std::string& path, const std::string& label) {
        items.emplace_back(path, label);
        check(items.size());
    }
    void read_one(Choices::Items& items, const std::filesystem::path& folder) {
        std::vector<std::string> files, folders;
        for (const auto& entry : std::filesystem::directory_iterator(
                 folder, std::filesystem::directory_options::skip_permission_denied)) {
            const std::string name = entry.path().filename().string();
            (entry.is_directory() ? folders : files).push_back(name);
        }
        const auto add_all = [&](std::vector<std::string>& names) {
            std::sort(names.begin(), names.end());
            for (const std::string& name : names) {
                if (!fits(name)) continue;
                const std::string path = (folder / name).string();
                add(items, path, path.starts_with(path_) ? path.substr(path_.size()) : path);
            }
        };
        if (with_files_) add_all(files);
        if (with_folders_) add_all(folders);
    }

    std::string path_;
    bool with_files_, with_folders_;
    Shared<const Regex> match_;
};

}  // namespace

#define TATUM_CLONE(NAME) \
    Owned<Field> NAME::clone() const { return owned<NAME>(*this); }
TATUM_CLONE(ChoiceField)
TATUM_CLONE(TypedChoiceField)
TATUM_CLONE(MultipleChoiceField)
TATUM_CLONE(TypedMultipleChoiceField)
TATUM_CLONE(FilePathField)
#undef TATUM_CLONE

ChoiceField::ChoiceField(Options options) : ChoiceField(options, Select()) {
    only_options(options, "ChoiceField", {"choices"});
}

ChoiceField::ChoiceField(Options options, const Widget& default_widget)
    : Field(options, default_widget) {
    apply_widget_attrs();
    set_choices(std::move(options.choices));
}

void ChoiceField::set_choices(Choices choices) {
    choices_ = std::move(choices);
    if (auto* chooser = dynamic_cast<ChoiceWidget*>(&widget())) chooser->choices = choices_;
}

void ChoiceField::set_widget(const Widget& new_widget) {
    Field::set_widget(new_widget);
    set_choices(choices_);
}

std::string_view ChoiceField::default_error_message(std::string_view code) const {
    if (code == "invalid_choice")
        return "Select a valid choice. %(value)s is not one of the available choices.";
    return Field::default_error_message(code);
}

Value ChoiceField::to_python(const Value& value) const {
    if (is_empty_value(value)) return "";
    return value.is_string() ? value : Value(value.str());
}

void ChoiceField::validate(const Value& value) const {
    Field::validate(value);
    if (value.truth() && !valid_value(value)) fail("invalid_choice", {{"value", value}});
}

bool ChoiceField::valid_value(const Value& value) const {
    const std::string text = value.str();
    const Shared<const Choices::Items> items = choices_.get();
    return std::any_of(items->begin(), items->end(), [&](const Choice& choice) {
        if (choice.value.is_string()) return choice.value.as_string() == text;
        return choice.value == value || choice.value.str() == text;
    });
}

TypedChoiceField::TypedChoiceField(Options options)
    : ChoiceField(options, Select()),
      coerce(options.coerce),
      empty_value(options.empty_value ? *options.empty_value : Value("")) {
    only_options(options, "TypedChoiceField", {"choices", "coerce", "empty_value"});
}

Value TypedChoiceField::coerced(const Value& value) const {
    if (value == empty_value || is_empty_value(value)) return empty_value;
    if (!coerce) return value;
    try {
        return coerce(value);
    } catch (const std::exception& error) {
        if (!blames_value(error)) throw;
        fail("invalid_choice", {{"value", value}});
    }
}

Value TypedChoiceField::clean(const Value& value, const Value& initial_value) const {
    return coerced(ChoiceField::clean(value, initial_value));
}

bool TypedChoiceField::has_changed(const Value& initial_value, const Value& data) const {
    if (disabled) return false;
    try {
        return coerced(to_python(data)) != coerced(initial_value);
    } catch (const ValidationError&) {
        return true;
    }
}

MultipleChoiceField::MultipleChoiceField(Options options)
    : MultipleChoiceField(options, SelectMultiple()) {
    only_options(options, "MultipleChoiceField", {"choices"});
}

MultipleChoiceField::MultipleChoiceField(Options options, const Widget& default_widget)
    : ChoiceField(std::move(options), default_widget) {}

Owned<Widget> MultipleChoiceField::hidden_widget() const { return owned<MultipleHiddenInput>(); }

std::string_view MultipleChoiceField::default_error_message(std::string_view code) const {
    return code == "invalid_list" ? "Enter a list of values."
                                  : ChoiceField::default_error_message(code);
}

Value MultipleChoiceField::to_python(const Value& value) const {
    if (!value.truth()) return List();
    if (value.kind() != Kind::List && value.kind() != Kind::Tuple) fail("invalid_list");
    List texts;
    for (const Value& each : value.as_list())
        texts.push_back(each.is_string() ? each : Value(each.str()));
    return texts;
}

void MultipleChoiceField::validate(const Value& value) const {
    if (required && !value.truth()) fail("required");
    constexpr std::size_t kSearchedInOrderMax = 8;
    const List& values = value.as_list();
    std::unordered_set<std::string> known;
    if (values.size() > kSearchedInOrderMax) {
        for (const Choice& choice : *choices().get()) known.insert(choice.value.str());
    }
    for (const Value& each : values) {
        if (known.contains(each.str()) || valid_value(each)) continue;
        fail("invalid_choice", {{"value", each}});
    }
}

bool MultipleChoiceField::has_changed(const Value& initial_value, const Value& data) const {
    if (disabled) return false;
    const List before = items_of(initial_value), after = items_of(data);
    return before.size() != after.size() || texts_of(before) != texts_of(after);
}

TypedMultipleChoiceField::TypedMultipleChoiceField(Options options)
    : MultipleChoiceField(options, SelectMultiple()), coerce(options.coerce) {
    only_options(options, "TypedMultipleChoiceField", {"choices", "coerce", "empty_value"});
    if (options.empty_value) empty_value = *options.empty_value;
}

Value TypedMultipleChoiceField::coerced(const Value& value) const {
    if (value == empty_value || is_empty_value(value)) return empty_value;
    if (!coerce) return value;
    List all;
    for (const Value& each : value.as_list()) {
        try {
            all.push_back(coerce(each));
        } catch (const std::exception& error) {
            if (!blames_value(error)) throw;
            fail("invalid_choice", {{"value", each}});
        }
    }
    return all;
}

Value TypedMultipleChoiceField::clean(const Value& value, const Value& initial_value) const {
    return coerced(MultipleChoiceField::clean(value, initial_value));
}

void TypedMultipleChoiceField::validate(const Value& value) const {
    if (value != empty_value) {
        MultipleChoiceField::validate(value);
    } else if (required) {
        fail("required");
    }
}

FilePathField::FilePathField(std::string_view path, Options options)
    : ChoiceField(options, Select()) {
    only_options(options, "FilePathField", {"match", "recursive", "allow_files", "allow_folders"});
    Choices::Items items;
    if (!required) items.emplace_back("", "---------");
    FolderReader reader(path, options);
    if (options.recursive.value_or(false)) {
        reader.read_recursively(items);
    } else {
        reader.read(items);
    }
    set_choices(std::move(items));
}

}  // namespace tatum::forms
