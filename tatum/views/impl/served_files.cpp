#include <tatum/views/impl/served_files.h>

#include <tatum/base/dateparse.h>
#include <tatum/http/caching.h>
#include <tatum/http/compression.h>
#include <tatum/net/offload.h>

#include <sys/stat.h>

#include <array>
#include <mutex>
#include <utility>

namespace tatum::views::impl {

namespace {

constexpr std::array kCodings = {http::Coding::Brotli, http::Coding::Gzip};

std::int64_t now_milliseconds() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

bool same(const StaticFile& a, const StaticFile& b) {
    return a.path == b.path && a.modified == b.modified && a.size == b.size &&
           a.modified_nanoseconds == b.modified_nanoseconds && a.content.data() == b.content.data();
}

bool older(const StaticFile& a, const StaticFile& b) {
    return std::pair(a.modified, a.modified_nanoseconds) <
           std::pair(b.modified, b.modified_nanoseconds);
}

/// One system call, for a file that was found before.
bool is_unchanged(const StaticFile& file) {
    struct stat status{};
    return file.path.empty() ||
           (::stat(file.path.c_str(), &status) == 0 && file.modified == status.st_mtim.tv_sec &&
            file.modified_nanoseconds == status.st_mtim.tv_nsec &&
            file.size == static_cast<std::uint64_t>(status.st_size));
}

std::string_view ending_of(http::Coding coding) {
    return coding == http::Coding::Gzip ? ".gz" : ".br";
}

/// The file again, opened; nullopt when it is another one by now.
std::optional<http::OpenFile> reopen(const StaticFile& file) {
    const std::string folder = file.path.substr(0, file.path.size() - file.name.size());
    auto opened = open_below(folder, file.name);
    if (!opened || opened->facts.size != file.size || older(file, opened->facts) ||
        older(opened->facts, file)) {
        return std::nullopt;
    }
    return std::move(opened->file);
}

/// What the client wants, of the codings that there are. nullopt: nothing that there is.
std::optional<http::Coding> choose(const http::Request& request,
                                   std::span<const http::Coding> available,
                                   const std::function<std::string_view(http::Coding)>& etag) {
    const http::AcceptedCodings accepted(request.headers().get("Accept-Encoding"));
    if (request.headers().contains("Range")) {
        // Part of a compressed file is of use only to who has another part of the same.
        const std::string_view version = request.header("If-Range");
        for (const http::Coding coding : available) {
            if (!version.empty() && accepted.accepts(coding) && etag(coding) == version) {
                return coding;
            }
        }
        if (accepted.accepts(http::Coding::Identity)) return http::Coding::Identity;
    }
    return accepted.choose(available);
}

http::Response not_acceptable() {
    http::Response response("None of the accepted codings is at hand.",
                            {.content_type = "text/plain; charset=utf-8", .status = 406});
    http::patch_vary_headers(response, {"Accept-Encoding"});
    return response;
}

}  // namespace

bool ServedFiles::Entry::may_have(http::Coding coding) const {
    if (form(coding)) return true;
    const bool tried = coding == http::Coding::Gzip ? no_gzip : no_brotli;
    const std::uint64_t size = plain.text   ? plain.text->size()
                               : plain.file ? plain.file->size
                                            : plain.embedded.size();
    return compressible && !tried && size >= kCompressBytesMin && size <= kCompressBytesMax;
}

std::size_t ServedFiles::Entry::kept_bytes() const {
    std::size_t bytes = sizeof(Entry) + 2 * source.file.name.size();
    if (plain.text && plain.text != source.text) bytes += plain.text->size();
    for (const auto& form : {gzip, brotli}) {
        if (form && form->text) bytes += form->text->size();
    }
    return bytes;
}

std::optional<http::Response> ServedFiles::respond(http::Request& request, std::string_view name,
                                                   FileCaching caching) const {
    // Twice at most: a file may be replaced between the look at it and its opening.
    for (int attempt = 0; attempt < 2; ++attempt) {
        EntryPtr found = entry(name);
        if (!found) return std::nullopt;
        const auto etag = [&](http::Coding coding) {
            const auto& form = found->form(coding);
            return form ? std::string_view(form->etag) : std::string_view();
        };
        std::optional<http::Coding> coding;
        for (;;) {
            std::array<http::Coding, kCodings.size()> available{};
            std::size_t count = 0;
            for (const http::Coding candidate : kCodings) {
                if (found->may_have(candidate)) available[count++] = candidate;
            }
            coding = choose(request, std::span(available).first(count), etag);
            if (!coding) return not_acceptable();
            if (*coding == http::Coding::Identity || found->form(*coding)) break;
            found = with_form(found, *coding);
        }
        if (auto response = send(request, *found, *coding, caching)) return response;
        const std::unique_lock lock(guard_);
        forget(name);
    }
    return std::nullopt;
}

std::size_t ServedFiles::prepare(std::string_view name) const {
    EntryPtr found = entry(name);
    std::size_t made = 0;
    for (const http::Coding coding : kCodings) {
        {
            const std::shared_lock lock(guard_);
            if (kept_bytes_ >= kKeptBytesMax / 2) break;
        }
        if (!found || found->form(coding) || !found->may_have(coding)) continue;
        found = with_form(found, coding);
        made += found->form(coding) != nullptr;
    }
    return made;
}

ServedFiles::EntryPtr ServedFiles::known(std::string_view name) const {
    const std::shared_lock lock(guard_);
    const auto place = entries_.find(name);
    return place == entries_.end() ? nullptr : place->second;
}

ServedFiles::EntryPtr ServedFiles::entry(std::string_view name) const {
    EntryPtr kept = known(name);
    const std::int64_t now = now_milliseconds();
    if (kept && !look_always_ && now - kept->looked.load() < kFreshFor.count() &&
        is_unchanged(kept->source.file)) {
        return kept;
    }
    std::optional<Source> source = find_(name);
    if (!source) {
        const std::unique_lock lock(guard_);
        forget(name);
        return nullptr;
    }
    if (kept && same(kept->source.file, source->file)) {
        bool unchanged = true;
        for (const http::Coding coding : kCodings) {
            const auto beside = neighbour(*source, coding);
            const auto& form = kept->form(coding);
            const bool was_beside = form && form->file;
            unchanged = unchanged && was_beside == (beside != nullptr) &&
                        (!beside || form->etag == beside->etag);
        }
        if (unchanged) {
            kept->looked = now;
            return kept;
        }
    }
    EntryPtr made = make_entry(*std::move(source));
    keep(name, made);
    return made;
}

std::shared_ptr<const ServedFiles::Form> ServedFiles::neighbour(const Source& source,
                                                                http::Coding coding) const {
    const StaticFile& file = source.file;
    if (file.path.empty() || source.text) return nullptr;
    const std::string folder = file.path.substr(0, file.path.size() - file.name.size());
    auto beside = stat_file(folder, file.name + std::string(ending_of(coding)));
    if (!beside || older(*beside, file)) return nullptr;
    auto form = std::make_shared<Form>();
    form->etag = etag_of(*beside, coding);
    form->file = std::move(*beside);
    return form;
}

ServedFiles::EntryPtr ServedFiles::make_entry(Source source) const {
    auto made = std::make_shared<Entry>();
    made->looked = now_milliseconds();
    made->content_type = content_type_of(source.file.name);
    made->last_modified = http_date(source.file.modified);
    made->compressible = http::is_compressible_type(made->content_type);
    for (const http::Coding coding : kCodings) {
        (coding == http::Coding::Gzip ? made->gzip : made->brotli) = neighbour(source, coding);
    }
    Form& plain = made->plain;
    if (source.text) {
        plain.text = source.text;
        plain.etag = etag_of(*source.text);
    } else if (source.file.path.empty()) {
        plain.embedded = source.file.content;
        plain.etag = etag_of(source.file.content);
    } else {
        plain.etag = etag_of(source.file);
        plain.file = source.file;
        if (source.file.size <= kMemoryFileBytesMax) {
            if (const auto file = reopen(source.file)) {
                plain.text = std::make_shared<const std::string>(read_file(*file));
                plain.file.reset();
            }
        }
    }
    made->source = std::move(source);
    return made;
}

ServedFiles::EntryPtr ServedFiles::with_form(const EntryPtr& entry, http::Coding coding) const {
    const std::lock_guard lock(compressing_);
    const std::string& name = entry->source.file.name;
    EntryPtr latest = known(name);
    if (!latest || !same(latest->source.file, entry->source.file)) latest = entry;
    if (latest->form(coding)) return latest;  // by another fiber, meanwhile
    auto form = std::make_shared<Form>();
    const bool made = net::offload([&] {
        std::string whole;
        std::string_view bytes = latest->plain.bytes();
        if (latest->plain.file) {
            const auto file = reopen(*latest->plain.file);
            if (!file) return false;
            whole = read_file(*file);
            bytes = whole;
        }
        std::string compressed = http::compress(coding, bytes, {.effort = http::Effort::Good});
        if (compressed.size() >= bytes.size()) return false;
        form->text = std::make_shared<const std::string>(std::move(compressed));
        return true;
    });
    auto changed = std::make_shared<Entry>();
    changed->source = latest->source;
    changed->content_type = latest->content_type;
    changed->last_modified = latest->last_modified;
    changed->plain = latest->plain;
    changed->compressible = latest->compressible;
    changed->gzip = latest->gzip;
    changed->brotli = latest->brotli;
    changed->no_gzip = latest->no_gzip || (!made && coding == http::Coding::Gzip);
    changed->no_brotli = latest->no_brotli || (!made && coding == http::Coding::Brotli);
    changed->looked = latest->looked.load();
    if (made) {
        form->etag = latest->plain.etag;
        form->etag.insert(form->etag.size() - 1, "-" + std::string(http::to_string(coding)));
        (coding == http::Coding::Gzip ? changed->gzip : changed->brotli) = std::move(form);
    }
    keep(name, changed);
    return changed;
}

void ServedFiles::forget(std::string_view name) const {
    const auto place = entries_.find(name);
    if (place == entries_.end()) return;
    kept_bytes_ -= place->second->kept_bytes();
    entries_.erase(place);
}

void ServedFiles::keep(std::string_view name, EntryPtr entry) const {
    const std::size_t bytes = entry->kept_bytes();
    const std::unique_lock lock(guard_);
    forget(name);
    if (kept_bytes_ + bytes > kKeptBytesMax || entries_.size() >= kKeptFilesMax) {
        entries_.clear();
        kept_bytes_ = 0;
    }
    if (bytes > kKeptBytesMax) return;
    kept_bytes_ += bytes;
    entries_.emplace(name, std::move(entry));
}

std::optional<http::Response> ServedFiles::send(http::Request& request, const Entry& entry,
                                                http::Coding coding, FileCaching caching) const {
    const Form& form = coding == http::Coding::Identity ? entry.plain : *entry.form(coding);
    const FileHeaders headers{.content_type = entry.content_type,
                              .etag = form.etag,
                              .modified = entry.source.file.modified,
                              .last_modified = entry.last_modified,
                              .coding = coding,
                              .caching = caching,
                              .varies = entry.compressible || entry.gzip || entry.brotli};
    if (!form.file) return respond_with_text(request, headers, std::string(form.bytes()));
    auto file = reopen(*form.file);
    if (!file) return std::nullopt;
    return respond_with_file(request, headers, *std::move(file));
}

}  // namespace tatum::views::impl
