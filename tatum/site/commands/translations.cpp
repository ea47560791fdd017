// makemessages and compilemessages: gettext's tools over the templates and sources of a site.

#include <tatum/base/i18n.h>
#include <tatum/base/text.h>
#include <tatum/base/unicode.h>
#include <tatum/site/commands/commands.h>
#include <tatum/site/impl/command_tools.h>
#include <tatum/site/impl/process.h>
#include <tatum/template/extract.h>

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <system_error>

namespace tatum::site::commands {

namespace {

using impl::write_file;

namespace fs = std::filesystem;

constexpr std::string_view kDomain = "django";
constexpr std::string_view kDefaultIgnored[] = {".*", "*~", "CVS", "build", "node_modules"};
constexpr std::string_view kTemplates[] = {"html", "txt", "xml", "md"};
constexpr std::string_view kSources[] = {"cpp", "h", "cc", "hpp", "cxx"};

// --- gettext's programs --------------------------------------------------------------------------

void require_program(const char* name) {
    if (program_path(name)) return;
    throw CommandError(std::string(name) +
                       " is missing. It belongs to GNU gettext (0.19 or later); on Debian: apt "
                       "install gettext");
}

/// Runs one of gettext's programs; what it says is an error's text.
void run_gettext(const std::vector<std::string>& arguments) {
    const ProcessResult result = run_process(arguments);
    if (result.exit_code == 0) return;
    throw CommandError("errors happened while running " + arguments.front() + "\n" + result.output);
}

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw CommandError(path.string() + " cannot be read");
    return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

/// A file that is gone when the work is done.
struct Scrap {
    explicit Scrap(fs::path where) : path(std::move(where)) {}
    ~Scrap() {
        std::error_code none;
        fs::remove(path, none);
    }
    Scrap(const Scrap&) = delete;
    Scrap& operator=(const Scrap&) = delete;
    const fs::path path;
};

// --- files and the locale folders they belong to -------------------------------------------------

/// The patterns of --ignore: a name, a path from here on, or a folder with "/*".
class Ignored {
public:
    explicit Ignored(const Arguments& arguments) : patterns_(arguments.all("--ignore")) {
        if (arguments.has("--no-default-ignore")) return;
        for (const std::string_view pattern : kDefaultIgnored) patterns_.emplace_back(pattern);
    }

    bool matches(const fs::path& path) const {
        const std::string name = path.filename().string();
        const std::string whole = path.lexically_normal().generic_string();
        return std::ranges::any_of(patterns_, [&](std::string pattern) {
            while (pattern.ends_with("/*") || pattern.ends_with('/')) {
                pattern.resize(pattern.rfind('/'));
            }
            if (pattern.starts_with("./")) pattern.erase(0, 2);
            return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0 ||
                   ::fnmatch(pattern.c_str(), whole.c_str(), 0) == 0;
        });
    }

private:
    std::vector<std::string> patterns_;
};

/// Goes through `folder` and what is in it, in the order of names.
template <class Visit>
void walk(const fs::path& folder, const Ignored& ignored, bool follow_links, const Visit& visit) {
    std::vector<fs::directory_entry> entries;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed)) entries.push_back(entry);
    if (failed) throw CommandError(folder.string() + " cannot be read: " + failed.message());
    std::ranges::sort(entries, {}, [](const fs::directory_entry& entry) { return entry.path(); });
    for (const fs::directory_entry& entry : entries) {
        const fs::path path = entry.path().lexically_normal();
        if (ignored.matches(path)) continue;
        if (entry.is_symlink() && entry.is_directory() && !follow_links) continue;
        visit(path, entry.is_directory());
        if (entry.is_directory() && path.filename() != "locale") {
            walk(path, ignored, follow_links, visit);
        }
    }
}

struct Tree {
    std::vector<fs::path> files;
    std::vector<fs::path> locale_folders;
};

Tree find_tree(const Arguments& arguments) {
    Tree tree;
    const Ignored ignored(arguments);
    walk(".", ignored, arguments.has("--symlinks"), [&](const fs::path& path, bool is_folder) {
        if (!is_folder) {
            tree.files.push_back(path);
        } else if (path.filename() == "locale") {
            tree.locale_folders.push_back(path);
        }
    });
    return tree;
}

/// "de_AT" from -l de-at or -l de_AT.
std::string locale_name(const std::string& given) {
    const std::string locale = to_locale(to_language(given));
    const bool valid = !locale.empty() && std::ranges::all_of(locale, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '@';
    });
    if (!valid) throw CommandUsageError("\"" + given + "\" is no language, such as de or pt_BR");
    return locale;
}

std::vector<std::string> existing_locales(const fs::path& locale_folder) {
    std::vector<std::string> found;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(locale_folder, none)) {
        if (entry.is_directory()) found.push_back(entry.path().filename().string());
    }
    std::ranges::sort(found);
    return found;
}

/// What -l, -a and -x ask for; with `or_all`, all there are when nothing is asked for.
std::vector<std::string> wanted_locales(const Arguments& arguments, const fs::path& locale_folder,
                                        bool or_all) {
    std::set<std::string> wanted;
    for (const std::string& given : arguments.all("--locale")) wanted.insert(locale_name(given));
    const bool all = arguments.has("--all") || (wanted.empty() && or_all) ||
                     (wanted.empty() && arguments.has("--exclude"));
    if (all) {
        for (std::string& locale : existing_locales(locale_folder)) {
            wanted.insert(std::move(locale));
        }
    }
    for (const std::string& given : arguments.all("--exclude")) wanted.erase(locale_name(given));
    return {wanted.begin(), wanted.end()};
}

// --- messages as a PO file
// ------------------------------------------------------------------------

/// A text as PO files write it, a line of it to a line.
std::string po_text(std::string_view text) {
    std::string out;
    if (std::count(text.begin(), text.end(), '\n') > 1) out += "\"\"\n";
    out += '"';
    for (std::size_t i = 0; i < text.size(); ++i) {
        switch (text[i]) {
            case '\n':
                out += "\\n";
                if (i + 1 < text.size()) out += "\"\n\"";
                break;
            case '\t':
                out += "\\t";
                break;
            case '\r':
                out += "\\r";
                break;
            case '"':
            case '\\':
                out += '\\';
                [[fallthrough]];
            default:
                out += text[i];
        }
    }
    return out + '"';
}

void append_message(std::string& po, const template_::ExtractedMessage& message,
                    const fs::path& file) {
    for (const std::string_view line : strings::split(message.comment, "\n")) {
        if (!strings::strip(line).empty()) {
            po.append("#. ").append(strings::strip(line)).append("\n");
        }
    }
    po += "#: " + file.generic_string() + ":" + std::to_string(message.line) + "\n";
    if (message.has_fields) po += "#, python-format\n";
    if (!message.context.empty()) po += "msgctxt " + po_text(message.context) + "\n";
    po += "msgid " + po_text(message.id) + "\n";
    if (message.plural.empty()) {
        po += "msgstr \"\"\n\n";
    } else {
        po += "msgid_plural " + po_text(message.plural) + "\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n\n";
    }
}

/// Texts with "%(name)s" are marked as what msgfmt is to check them as; xgettext, which sees C++,
/// marks some as C's and some not at all.
std::string with_python_formats(std::string_view po) {
    std::string out;
    std::string entry;
    const auto flush = [&] {
        entry = strings::replace(entry, "#, c-format\n", "");
        const bool fields = entry.find("%(") != std::string::npos;
        const std::size_t first = std::min(entry.find("msgctxt "), entry.find("msgid "));
        if (fields && first != std::string::npos) entry.insert(first, "#, python-format\n");
        out += entry;
        entry.clear();
    };
    for (const std::string_view line : strings::split(po, "\n")) {
        entry.append(line).append("\n");
        if (line.empty()) flush();
    }
    flush();
    return out;
}

constexpr std::string_view kHeader =
    "# SOME DESCRIPTIVE TITLE.\n# This file is distributed under the same license as the PACKAGE "
    "package.\n# FIRST AUTHOR <EMAIL@ADDRESS>, YEAR.\n#\n#, fuzzy\nmsgid \"\"\nmsgstr \"\"\n"
    "\"Project-Id-Version: PACKAGE VERSION\\n\"\n\"Report-Msgid-Bugs-To: \\n\"\n"
    "\"PO-Revision-Date: YEAR-MO-DA HO:MI+ZONE\\n\"\n\"Last-Translator: FULL NAME "
    "<EMAIL@ADDRESS>\\n\"\n\"Language-Team: LANGUAGE <LL@li.org>\\n\"\n\"Language: \\n\"\n"
    "\"MIME-Version: 1.0\\n\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
    "\"Content-Transfer-Encoding: 8bit\\n\"\n\"Plural-Forms: nplurals=INTEGER; "
    "plural=EXPRESSION;\\n\"\n\n";

/// Without the lines that msguniq sets between the comments of a text that stands twice.
std::string without_borders(std::string_view pot) {
    std::string kept;
    for (const std::string_view line : strings::split(pot, "\n")) {
        if (!line.starts_with("#. #-#-#-#-#")) kept.append(line) += '\n';
    }
    kept.pop_back();  // what split() finds behind the last line
    return kept;
}

/// makemessages for the files that belong to one locale folder.
class Catalogs {
public:
    Catalogs(CommandCall& call, fs::path locale_folder)
        : call_(call), locale_folder_(std::move(locale_folder)) {}

    void add(const fs::path& file, bool is_source) {
        if (is_source) {
            sources_.push_back(file);
        } else {
            add_template(file);
        }
    }

    void write() {
        add_sources();
        const fs::path pot = locale_folder_ / (std::string(kDomain) + ".pot");
        if (messages_.empty()) return;
        write_file(pot, std::string(kHeader) + messages_);
        run_gettext(with_layout({"msguniq", "--to-code=utf-8", "-o", pot.string(), pot.string()}));
        write_file(pot, without_borders(read_file(pot)));
        for (const std::string& locale : wanted_locales(call_.arguments, locale_folder_, false)) {
            call_.out.line("processing locale " + locale);
            update(locale, pot);
        }
        std::error_code none;
        if (!call_.arguments.has("--keep-pot")) fs::remove(pot, none);
    }

private:
    void add_template(const fs::path& file) {
        const std::string source = read_file(file);
        if (strings::replace_invalid_utf8(source) != source) {
            call_.err.line("skipped " + file.generic_string() + ": it is no UTF-8", Style::Warning);
            return;
        }
        for (const auto& message : template_::extract_messages(source)) {
            append_message(messages_, message, file);
        }
    }

    void add_sources() {
        if (sources_.empty()) return;
        const Scrap list(locale_folder_ / "sources.list"), out(locale_folder_ / "sources.po");
        std::string names;
        for (const fs::path& source : sources_) names += source.generic_string() + "\n";
        write_file(list.path, names);
        run_gettext({"xgettext", "--language=C++", "--from-code=UTF-8", "--omit-header",
                     "--no-wrap", "--add-comments=Translators", "--keyword", "--keyword=gettext",
                     "--keyword=gettext_noop", "--keyword=pgettext:1c,2", "--keyword=ngettext:1,2",
                     "--keyword=npgettext:1c,2,3", "--files-from=" + list.path.string(), "-o",
                     out.path.string()});
        // No file at all when there is no message.
        if (fs::exists(out.path)) messages_ += with_python_formats(read_file(out.path));
    }

    std::vector<std::string> with_layout(std::vector<std::string> command) const {
        if (call_.arguments.has("--no-wrap")) command.emplace_back("--no-wrap");
        if (call_.arguments.has("--no-location")) command.emplace_back("--no-location");
        const std::string location = call_.arguments.get("--add-location");
        if (!location.empty()) command.push_back("--add-location=" + location);
        return command;
    }

    void update(const std::string& locale, const fs::path& pot) const {
        const fs::path folder = locale_folder_ / locale / "LC_MESSAGES";
        const std::string po = (folder / (std::string(kDomain) + ".po")).string();
        std::error_code failed;
        fs::create_directories(folder, failed);
        if (failed) throw CommandError(folder.string() + " cannot be made: " + failed.message());
        if (fs::exists(po)) {
            run_gettext(with_layout({"msgmerge", "--quiet", "--backup=none", "--previous",
                                     "--update", po, pot.string()}));
        } else {
            run_gettext(with_layout({"msginit", "--no-translator", "--locale=" + locale,
                                     "--input=" + pot.string(), "--output-file=" + po}));
        }
        if (call_.arguments.has("--no-obsolete")) {
            run_gettext(with_layout({"msgattrib", "--no-obsolete", "-o", po, po}));
        }
    }

    CommandCall& call_;
    fs::path locale_folder_;
    std::vector<fs::path> sources_;
    std::string messages_;
};

/// Which files hold messages, and how they are read.
class Extensions {
public:
    explicit Extensions(const Arguments& arguments) {
        for (const std::string& list : arguments.all("--extension")) {
            for (std::string_view one : strings::split(list, ",")) {
                one = strings::strip(one);
                if (one.starts_with('.')) one.remove_prefix(1);
                if (!one.empty()) wanted_.insert(std::string(one));
            }
        }
        if (!wanted_.empty()) return;
        wanted_.insert(std::begin(kTemplates), std::end(kTemplates));
        wanted_.insert(std::begin(kSources), std::end(kSources));
    }
    bool wants(const fs::path& file) const { return wanted_.contains(of(file)); }
    static bool is_source(const fs::path& file) {
        return std::ranges::find(kSources, std::string_view(of(file))) != std::end(kSources);
    }

private:
    static std::string of(const fs::path& file) {
        const std::string extension = file.extension().string();
        return extension.empty() ? extension : extension.substr(1);
    }
    std::set<std::string> wanted_;
};

/// The locale folder beside the file or beside one of the folders it is in, the nearest one.
const fs::path* folder_for(const Tree& tree, const fs::path& file) {
    const fs::path* best = nullptr;
    std::size_t best_length = 0;
    for (const fs::path& folder : tree.locale_folders) {
        const fs::path parent = folder.parent_path();
        const std::string prefix = parent.empty() ? "" : parent.generic_string() + "/";
        if (!file.generic_string().starts_with(prefix)) continue;
        if (best == nullptr || prefix.size() > best_length) {
            best = &folder;
            best_length = prefix.size();
        }
    }
    return best;
}

int makemessages(CommandCall& call) {
    const Arguments& arguments = call.arguments;
    if (!arguments.has("--locale") && !arguments.has("--all") && !arguments.has("--exclude")) {
        throw CommandUsageError("say which languages: --locale CODE, --exclude CODE, or --all");
    }
    for (const std::string& given : arguments.all("--locale")) (void)locale_name(given);
    for (const char* program : {"xgettext", "msguniq", "msgmerge", "msginit", "msgattrib"}) {
        require_program(program);
    }
    const Extensions extensions(arguments);
    const Tree tree = find_tree(arguments);
    if (tree.locale_folders.empty()) {
        throw CommandError(
            "there is no folder named locale in this folder or below it: make one where the "
            "catalogs are to be (in an app's folder, or here)");
    }
    std::map<fs::path, Catalogs> catalogs;
    for (const fs::path& file : tree.files) {
        if (!extensions.wants(file)) continue;
        const fs::path* folder = folder_for(tree, file);
        if (folder == nullptr) {
            call.err.line("skipped " + file.generic_string() +
                              ": no folder named locale is beside it or above it",
                          Style::Warning);
            continue;
        }
        const auto [place, added] = catalogs.try_emplace(*folder, call, *folder);
        place->second.add(file, Extensions::is_source(file));
    }
    for (auto& [folder, catalog] : catalogs) catalog.write();
    return 0;
}

// --- compilemessages -----------------------------------------------------------------------------

/// Compiles one catalog; false when it has faults, which are shown.
bool compile(CommandCall& call, const fs::path& po) {
    fs::path mo = po;
    mo.replace_extension(".mo");
    std::error_code none;
    const bool current =
        fs::exists(mo) && fs::last_write_time(mo, none) > fs::last_write_time(po, none);
    if (current) {
        call.out.line("File " + po.string() + " is already compiled and up to date.");
        return true;
    }
    call.out.line("processing file " + po.filename().string() + " in " + po.parent_path().string());
    if (read_file(po).starts_with("\xef\xbb\xbf")) {
        call.err.line(po.string() +
                          " begins with a byte order mark (BOM), which gettext's tools "
                          "do not understand",
                      Style::Error);
        return false;
    }
    std::vector<std::string> command = {"msgfmt", "--check-format"};
    if (call.arguments.has("--use-fuzzy")) command.emplace_back("--use-fuzzy");
    command.insert(command.end(), {"-o", mo.string(), po.string()});
    const ProcessResult result = run_process(command);
    if (!result.output.empty()) {
        call.err.write(result.output, result.exit_code == 0 ? Style::Warning : Style::Error);
    }
    return result.exit_code == 0;
}

int compilemessages(CommandCall& call) {
    require_program("msgfmt");
    const Tree tree = find_tree(call.arguments);
    if (tree.locale_folders.empty()) {
        throw CommandError("there is no folder named locale in this folder or below it");
    }
    bool failed = false;
    for (const fs::path& folder : tree.locale_folders) {
        for (const std::string& locale : wanted_locales(call.arguments, folder, true)) {
            const fs::path messages = folder / locale / "LC_MESSAGES";
            std::vector<fs::path> catalogs;
            std::error_code none;
            for (const auto& entry : fs::directory_iterator(messages, none)) {
                if (entry.path().extension() == ".po") catalogs.push_back(entry.path());
            }
            std::ranges::sort(catalogs);
            for (const fs::path& po : catalogs) failed = !compile(call, po) || failed;
        }
    }
    if (failed) throw CommandError("compilemessages generated one or more errors.");
    return 0;
}

std::vector<Argument> with_common(std::vector<Argument> own) {
    own.push_back(list_option("--locale, -l", "CODE", "A language, such as de or pt_BR."));
    own.push_back(list_option("--exclude, -x", "CODE", "All languages but this one."));
    own.push_back(
        list_option("--ignore, -i", "PATTERN",
                    "Leaves out files and folders, besides .* *~ CVS build node_modules."));
    own.push_back(flag("--no-default-ignore", "Leaves out only what --ignore names."));
    own.push_back(flag("--symlinks, -s", "Follows links to folders."));
    return own;
}

}  // namespace

std::vector<Command> translations() {
    return {
        {.name = "makemessages",
         .help = "Collects the texts to translate of this folder's templates and C++ sources.\n"
                 "Each goes into locale/LANGUAGE/LC_MESSAGES/django.po of the nearest folder named "
                 "locale; what is translated there is kept. Needs GNU gettext.",
         .arguments = with_common(
             {flag("--all, -a", "All languages that have a folder."),
              list_option(
                  "--extension, -e", "EXT",
                  "Files to look at, separated by commas: html,txt,xml,md,cpp,h,cc,hpp,cxx."),
              flag("--no-obsolete", "Drops messages that are no longer used."),
              flag("--no-wrap", "Does not break long lines."),
              flag("--no-location", "Does not say where messages come from."),
              option("--add-location", "HOW", "full, file or never: how to say it."),
              flag("--keep-pot", "Keeps the template of the catalogs, django.pot.")}),
         .run = makemessages,
         .requires_setup = false},
        {.name = "compilemessages",
         .help = "Compiles the catalogs of this folder, .po to .mo.\n"
                 "A site reads the .mo files only. Needs GNU gettext.",
         .arguments = with_common({flag("--use-fuzzy, -f", "Takes fuzzy translations as well.")}),
         .run = compilemessages,
         .requires_setup = false},
    };
}

}  // namespace tatum::site::commands
