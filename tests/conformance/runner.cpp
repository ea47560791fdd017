#include "runner.h"

#include <tatum/base/dateparse.h>
#include <tatum/base/formats.h>
#include <tatum/base/json.h>
#include <tatum/base/text.h>
#include <tatum/base/timezone.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>

namespace tatum::conformance {

namespace {

constexpr std::size_t kLineBytesMax = 64u << 20;

struct Counts {
    std::size_t passed = 0, failed = 0, skipped = 0;
};
using CountsByKind = std::vector<std::pair<std::string, Counts>>;

Counts& counts_of(CountsByKind& all, const std::string& kind) {
    for (auto& [name, counts] : all) {
        if (name == kind) return counts;
    }
    return all.emplace_back(kind, Counts{}).second;
}

/// "6.1" as 6001, so that versions compare as numbers.
int version_number(std::string_view version) {
    int major = 0, minor = 0;
    const char* end = version.data() + version.size();
    const auto parsed = std::from_chars(version.data(), end, major);
    if (parsed.ptr != end) std::from_chars(parsed.ptr + 1, end, minor);
    return major * 1000 + minor;
}

Outcome read_outcome(const Value& expect) {
    const Dict& dict = expect.as_dict();
    Outcome outcome;
    if (const Value* ok = dict.find(Name("ok"))) {
        outcome.ok = *ok;
        return outcome;
    }
    outcome.error = dict.get("error").str();
    outcome.message = dict.get("message").str();
    if (dict.contains("stage")) outcome.stage = dict.get("stage").str();
    if (const Value* errors = dict.find(Name("errors"))) {
        for (const Value& error : errors->as_list()) {
            outcome.errors.emplace_back(error.as_dict().get("code").str(),
                                        error.as_dict().get("message").str());
        }
    }
    return outcome;
}

/// `from` holds what later versions answer; that of the highest version up to the target counts.
Value expectation(const Dict& line, std::string_view version) {
    Value expect = line.get("expect");
    int best = 0;
    if (const Value* from = line.find(Name("from"))) {
        for (const auto& [since, later] : from->as_dict()) {
            const int number = version_number(since.as_string());
            if (number > version_number(version) || number < best) continue;
            best = number;
            expect = later;
        }
    }
    return expect;
}

Case read_case(std::string_view line, const Options& options, std::span<const Tag> tags) {
    const Value decoded = decode(json::parse(line).value(), tags);
    Case c;
    c.fields = decoded.as_dict();
    c.id = c.text("id");
    c.kind = c.text("kind");
    c.group = c.text("group");
    for (const Value& tag : c.list("tags")) c.tags.push_back(tag.str());
    const std::string_view newer = c.has_tag("since-6.0") ? "6.0" : "";
    c.version = version_number(newer) > version_number(options.version) ? newer : options.version;
    c.expect = read_outcome(expectation(c.fields, c.version));
    return c;
}

/// Errors of the framework's own types agree by type, Python's by being an error.
bool is_framework_error(std::string_view type) {
    constexpr std::string_view kTypes[] = {
        "TemplateSyntaxError",  "TemplateDoesNotExist", "NoReverseMatch",
        "Resolver404",          "ImproperlyConfigured", "BadSignature",
        "SignatureExpired",     "PageNotAnInteger",     "EmptyPage",
        "MultiPartParserError", "VariableDoesNotExist", "ValidationError"};
    return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

bool outcomes_agree(const Outcome& expected, const Outcome& actual) {
    if (expected.ok) return actual.ok && agrees(*expected.ok, *actual.ok);
    if (actual.ok) return false;
    if (!expected.stage.empty() && expected.stage != actual.stage) return false;
    if (!is_framework_error(expected.error)) return true;
    return expected.error == actual.error && expected.errors == actual.errors;
}

Outcome run_case(const Case& c, std::span<const CaseKind> kinds) {
    const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const CaseKind& candidate) {
        return candidate.name == c.kind;
    });
    if (kind == kinds.end()) return Outcome::value(Value());
    try {
        const Surroundings surroundings(c);
        return kind->run(c);
    } catch (const std::exception& e) {
        return Outcome::failure("exception", e.what());
    }
}

class Runner {
public:
    Runner(const Options& options, std::span<const CaseKind> kinds, std::span<const Tag> tags)
        : options_(options), kinds_(kinds), tags_(tags) {}

    bool run_file(const std::string& path) {
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                                   &std::fclose);
        if (!file) {
            std::printf("cannot read %s\n", path.c_str());
            return false;
        }
        std::string line;
        for (int c = std::fgetc(file.get()); c != EOF; c = std::fgetc(file.get())) {
            if (c != '\n') {
                line += static_cast<char>(c);
                if (line.size() > kLineBytesMax) return false;
                continue;
            }
            run_line(line);
            line.clear();
        }
        if (!line.empty()) run_line(line);
        return true;
    }

    Counts print_counts() const {
        Counts total;
        for (const auto& [kind, counts] : counts_) {
            std::printf("%-22s %5zu passed %5zu failed %5zu skipped\n", kind.c_str(), counts.passed,
                        counts.failed, counts.skipped);
            total.passed += counts.passed;
            total.failed += counts.failed;
            total.skipped += counts.skipped;
        }
        std::printf("%zu passed, %zu failed, %zu skipped\n", total.passed, total.failed,
                    total.skipped);
        return total;
    }

private:
    void run_line(std::string_view line) {
        if (strings::strip(line).empty()) return;
        Case c;
        try {
            c = read_case(line, options_, tags_);
        } catch (const std::exception& e) {
            ++counts_of(counts_, "unreadable").failed;
            std::printf("FAIL unreadable case: %s\n  %.200s\n", e.what(),
                        std::string(line).c_str());
            return;
        }
        Counts& counts = counts_of(counts_, c.kind);
        const bool skipped = std::any_of(options_.skip_tags.begin(), options_.skip_tags.end(),
                                         [&](const std::string& tag) { return c.has_tag(tag); });
        if (skipped) {
            ++counts.skipped;
            return;
        }
        const bool built = std::any_of(kinds_.begin(), kinds_.end(),
                                       [&](const CaseKind& kind) { return kind.name == c.kind; });
        const Outcome actual = run_case(c, kinds_);
        if (built && outcomes_agree(c.expect, actual)) {
            ++counts.passed;
            return;
        }
        ++counts.failed;
        if (options_.quiet) return;
        if (!built) {
            std::printf("FAIL %s: kind %s is not built\n", c.id.c_str(), c.kind.c_str());
            return;
        }
        std::printf("FAIL %s\n  expected: %s\n  got:      %s\n", c.id.c_str(),
                    c.expect.str().c_str(), actual.str().c_str());
    }

    const Options& options_;
    std::span<const CaseKind> kinds_;
    std::span<const Tag> tags_;
    CountsByKind counts_;
};

/// A clock that stands still.
class StoppedClock final : public Clock {
public:
    explicit StoppedClock(std::int64_t microseconds) : microseconds_(microseconds) {}
    std::int64_t now() const override { return microseconds_; }

private:
    std::int64_t microseconds_;
};

Catalog read_catalog(const Dict& form) {
    Catalog catalog;
    if (const Value* plural = form.find(Name("plural"))) {
        catalog.set_plural_rule(PluralRule::parse(plural->as_string()).value());
    }
    const Value messages = form.get("messages");
    for (const Value& item : messages.as_list()) {
        const Dict& message = item.as_dict();
        const std::string context = message.contains("ctx") ? message.get("ctx").str() : "";
        const std::string id = message.get("id").str();
        if (const Value* forms = message.find(Name("strs"))) {
            std::vector<std::string> texts;
            for (const Value& form_text : forms->as_list()) texts.push_back(form_text.str());
            catalog.add_plural(context, id, std::move(texts));
        } else {
            catalog.add(context, id, message.get("str").str());
        }
    }
    return catalog;
}

}  // namespace

std::string Outcome::str() const {
    if (ok) return describe(*ok);
    std::string text = error + ": " + message;
    if (!stage.empty()) text += " (" + stage + ")";
    for (const auto& [code, error_text] : errors) text += " [" + code + ": " + error_text + "]";
    return text;
}

bool Case::has_tag(std::string_view tag) const {
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

const Dict& Case::dict(std::string_view key) const {
    static const Dict empty;
    const Value* found = fields.find(Name(key));
    return found != nullptr && found->is_dict() ? found->as_dict() : empty;
}

List Case::list(std::string_view key) const {
    const Value* found = fields.find(Name(key));
    return found != nullptr && found->is_list() ? found->as_list() : List();
}

std::int64_t Case::integer(std::string_view key, std::int64_t default_) const {
    return has(key) ? to_integer(get(key)) : default_;
}

bool Case::since(std::string_view since_version) const {
    return version_number(version) >= version_number(since_version);
}

struct Surroundings::Scopes {
    LocalScope settings, clock, time_zone, language;
};

Surroundings::Surroundings(const Case& c) {
    settings_.secret_key = "conformance-secret-key";
    settings_.media_url = "/media/";
    for (const auto& [name, value] : c.dict("settings")) {
        const Result<void> set = settings_.set(name.as_string(), value);
        set.value();
    }

    const Clock* clock = &Clock::system();
    if (c.has("now")) {
        const Value given = c.get("now");
        const DateTime now = given.kind() == Kind::DateTime
                                 ? given.as_datetime()
                                 : parse_datetime(given.as_string()).value().value();
        clock_ = std::make_unique<StoppedClock>(now.utc_microseconds());
        clock = clock_.get();
    }
    const Zone* zone = Zone::find(c.has("timezone") ? c.text("timezone") : settings_.time_zone);
    if (zone == nullptr) throw Exception("a case names an unknown time zone");

    std::vector<std::string> offered;
    for (const auto& [code, name] : settings_.languages) offered.push_back(code);
    translations_ = std::make_unique<Translations>(
        Translations::Options{.language_code = settings_.language_code,
                              .languages = offered,
                              .use_i18n = settings_.use_i18n,
                              .formats = format_settings(settings_)});
    for (const auto& [language, form] : c.dict("catalog")) {
        translations_->add(language.as_string(), read_catalog(form.as_dict()));
    }
    const Language& language =
        translations_->language(c.has("language") ? c.text("language") : settings_.language_code);
    scopes_ = std::unique_ptr<Scopes>(new Scopes{{Slot::Settings, &settings_},
                                                 {Slot::Clock, clock},
                                                 {Slot::TimeZone, zone},
                                                 {Slot::Language, &language}});
}

Surroundings::~Surroundings() = default;

bool run_files(const Options& options, std::span<const CaseKind> kinds, std::span<const Tag> tags) {
    Runner runner(options, kinds, tags);
    bool readable = true;
    for (const std::string& path : options.files) readable = runner.run_file(path) && readable;
    const Counts total = runner.print_counts();
    return readable && total.failed == 0;
}

}  // namespace tatum::conformance
