#include <tatum/http/multipart.h>

#include <tatum/base/ascii.h>
#include <tatum/base/crypto.h>
#include <tatum/base/header_values.h>
#include <tatum/base/log.h>
#include <tatum/base/text.h>
#include <tatum/http/encodings.h>
#include <tatum/http/errors.h>
#include <tatum/http/impl/multipart_splitter.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tatum::http {

namespace {

/// RFC 2046 §5.1.1, with Django's more generous length.
bool is_valid_boundary(std::string_view boundary) {
    return !boundary.empty() && boundary.size() <= MultipartParser::kBoundaryBytesMax &&
           boundary.back() != ' ' && std::all_of(boundary.begin(), boundary.end(), [](char c) {
               return c >= ' ' && c <= '~';
           });
}

std::string boundary_of(std::string_view content_type) {
    if (!content_type.starts_with("multipart/"))
        throw MultiPartParserError("Invalid Content-Type: " + std::string(content_type));
    if (!strings::is_ascii(content_type))
        throw MultiPartParserError("Invalid non-ASCII Content-Type in multipart: " +
                                   std::string(content_type));
    const auto parameters = header_values::parse_parameters(content_type);
    const std::string* boundary = parameters ? parameters->find("boundary") : nullptr;
    if (boundary == nullptr || !is_valid_boundary(*boundary))
        throw MultiPartParserError("Invalid boundary in multipart: " +
                                   (boundary == nullptr ? "None" : *boundary));
    return *boundary;
}

/// What the headers of one part say.
struct PartHeaders {
    bool is_part = false;  ///< there is a Content-Disposition
    bool is_file = false;
    bool is_base64 = false;
    std::optional<std::string> name;
    std::string file_name, content_type;
    UploadedFile::Parameters content_type_extra;
    std::optional<std::uint64_t> content_length;
};

std::optional<std::uint64_t> parse_length(std::string_view text) {
    std::uint64_t length = 0;
    text = strings::strip(text);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return length;
}

void read_header(std::string_view line, PartHeaders& part) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !strings::is_valid_utf8(line)) return;
    const std::string name = strings::ascii_lower(strings::strip(line.substr(0, colon)));
    auto value = header_values::parse_parameters(strings::strip(line.substr(colon + 1)));
    if (!value) return;
    if (name == "content-disposition") {
        part.is_part = true;
        if (const std::string* field = value->find("name"))
            part.name = std::string(strings::strip(*field));
        if (const std::string* file = value->find("filename")) part.file_name = *file;
        part.is_file = !part.file_name.empty();
    } else if (name == "content-type") {
        part.content_type = strings::strip(value->value);
        part.content_type_extra = std::move(value->parameters);
    } else if (name == "content-transfer-encoding") {
        part.is_base64 = strings::strip(value->value) == "base64";
    } else if (name == "content-length") {
        part.content_length = parse_length(value->value);
    }
}

PartHeaders read_headers(std::string_view lines) {
    PartHeaders part;
    for (std::size_t start = 0; start <= lines.size();) {
        const std::size_t end = std::min(lines.find("\r\n", start), lines.size());
        read_header(lines.substr(start, end - start), part);
        start = end + 2;
    }
    return part;
}

bool is_base64_character(char c) {
    return ascii::is_letter(c) || ascii::is_digit(c) || c == '+' || c == '/' || c == '=';
}

/// What stands between the characters of base64 (line breaks) is ignored (RFC 2045 §6.8).
void append_base64(std::string& out, std::string_view text) {
    for (const char c : text)
        if (is_base64_character(c)) out += c;
}

/// Decodes base64 in pieces of any size.
class Base64Pieces {
public:
    /// Throws MultiPartParserError.
    std::string decode(std::string_view piece) {
        append_base64(kept_, piece);
        if (padded_ && !kept_.empty()) fail();
        const std::size_t whole = kept_.size() / 4 * 4;
        if (whole == 0) return {};
        auto bytes = crypto::base64_decode(std::string_view(kept_).substr(0, whole));
        if (!bytes) fail();
        padded_ = kept_[whole - 1] == '=';
        kept_.erase(0, whole);
        return *std::move(bytes);
    }
    void finish() const {
        if (!kept_.empty()) fail();
    }

private:
    [[noreturn]] static void fail() { throw MultiPartParserError("Could not decode base64 data."); }
    std::string kept_;
    bool padded_ = false;  // which ends it, wherever the pieces are cut
};

}  // namespace

/// Turns parts into fields and files.
class MultipartParser::Impl final : public impl::MultipartEvents {
public:
    Impl(std::string_view content_type, const HttpSettings& settings,
         std::span<const Owned<UploadHandler>> handlers, std::string_view encoding)
        : settings_(settings),
          handlers_(handlers),
          encoding_(encoding),
          splitter_(boundary_of(content_type), kHeaderBytesMax, *this) {
        form_.fields.set_encoding(encoding);
    }
    ~Impl() override {
        if (!ended_) interrupt();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    bool feed(std::string_view piece);
    MultipartForm finish();

    void part_begins(std::string_view header_lines) override;
    void raw_part() override { count_field(); }
    void part_data(std::string_view bytes) override;
    void part_ends() override;
    void part_breaks_off() override;

private:
    enum class Doing : unsigned char { Nothing, Field, File };

    void count_field();
    void begin_file();
    void file_data(std::string_view bytes);
    void complete_file();
    void complete_field();
    void stop(const StopUpload& stop);
    void interrupt() noexcept;
    std::string text(std::string_view bytes) const { return decode(bytes, encoding_); }

    const HttpSettings& settings_;
    std::span<const Owned<UploadHandler>> handlers_;
    std::string encoding_;
    impl::MultipartSplitter splitter_;
    MultipartForm form_;
    Doing doing_ = Doing::Nothing;
    PartHeaders part_;
    std::string field_;
    Base64Pieces base64_;
    std::size_t handlers_active_ = 0;
    std::vector<std::uint64_t> counters_;
    std::size_t fields_ = 0, files_ = 0;
    std::size_t field_bytes_ = 0;
    bool cut_off_ = false;       ///< the last file has no end
    bool stopped_ = false;       ///< what follows is of no interest
    bool want_no_more_ = false;  ///< and is not even read
    bool ended_ = false;         ///< the handlers know how it ended
};

void MultipartParser::Impl::count_field() {
    // Two more, for what comes before the first boundary and behind the last.
    if (settings_.data_upload_max_number_fields &&
        ++fields_ > *settings_.data_upload_max_number_fields + 2)
        throw TooManyFieldsSent(
            "The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS.");
}

void MultipartParser::Impl::part_begins(std::string_view header_lines) {
    part_ = read_headers(header_lines);
    doing_ = Doing::Nothing;
    if (!part_.is_file) count_field();
    if (!part_.is_part || !part_.name) return;
    part_.name = text(*part_.name);
    if (part_.is_file) {
        begin_file();
    } else {
        doing_ = Doing::Field;
        field_.clear();
    }
}

void MultipartParser::Impl::begin_file() {
    if (settings_.data_upload_max_number_files &&
        ++files_ > *settings_.data_upload_max_number_files)
        throw TooManyFilesSent(
            "The number of files exceeded settings.DATA_UPLOAD_MAX_NUMBER_FILES.");
    UploadPart upload;
    upload.file_name = sanitize_file_name(text(part_.file_name));
    if (upload.file_name.empty()) return;
    upload.field_name = *part_.name;
    upload.content_type = part_.content_type;
    upload.content_type_extra = part_.content_type_extra;
    upload.content_length = part_.content_length;
    for (const auto& [name, value] : upload.content_type_extra)
        if (name == "charset") upload.charset = value;
    base64_ = {};
    counters_.assign(handlers_.size(), 0);
    doing_ = Doing::File;
    handlers_active_ = 0;
    try {
        for (const auto& handler : handlers_) {
            ++handlers_active_;
            if (handler->new_file(upload)) break;
        }
    } catch (const SkipFile&) {
        doing_ = Doing::Nothing;
    }
}

void MultipartParser::Impl::part_data(std::string_view bytes) {
    if (doing_ == Doing::File) {
        if (part_.is_base64)
            file_data(base64_.decode(bytes));
        else
            file_data(bytes);
    } else if (doing_ == Doing::Field) {
        const std::optional<std::size_t>& limit = settings_.data_upload_max_memory_size;
        if (limit && field_bytes_ + field_.size() + bytes.size() > *limit)
            throw RequestDataTooBig("Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.");
        field_ += bytes;
    }
}

void MultipartParser::Impl::file_data(std::string_view bytes) {
    try {
        for (std::size_t i = 0; i < handlers_active_ && !bytes.empty(); ++i) {
            const std::uint64_t start = counters_[i];
            counters_[i] += bytes.size();
            bytes = handlers_[i]->receive_data_chunk(bytes, start);
        }
    } catch (const SkipFile&) {
        doing_ = Doing::Nothing;
    }
}

void MultipartParser::Impl::part_ends() {
    const Doing done = doing_;
    doing_ = Doing::Nothing;
    if (done == Doing::File) complete_file();
    if (done == Doing::Field) complete_field();
}

/// A file that is not whole is none; a field is taken as it came, as Django takes it.
void MultipartParser::Impl::part_breaks_off() {
    cut_off_ = doing_ == Doing::File;
    if (!cut_off_) part_ends();
}

void MultipartParser::Impl::complete_file() {
    if (part_.is_base64) base64_.finish();
    for (std::size_t i = 0; i < handlers_active_; ++i) {
        if (std::optional<UploadedFile> file = handlers_[i]->file_complete(counters_[i])) {
            form_.files.appendlist(*part_.name, *std::move(file));
            return;
        }
    }
}

void MultipartParser::Impl::complete_field() {
    if (part_.is_base64) {
        std::string clean;
        append_base64(clean, field_);
        if (auto decoded = crypto::base64_decode(clean)) field_ = *std::move(decoded);
    }
    // Two more for each, as "&" and "=" count in the other form of forms.
    field_bytes_ += field_.size() + part_.name->size() + 2;
    if (settings_.data_upload_max_memory_size &&
        field_bytes_ > *settings_.data_upload_max_memory_size)
        throw RequestDataTooBig("Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.");
    form_.fields.appendlist(*part_.name, text(field_));
}

void MultipartParser::Impl::stop(const StopUpload& stop) {
    stopped_ = true;
    want_no_more_ = stop.connection_reset;
    doing_ = Doing::Nothing;
}

void MultipartParser::Impl::interrupt() noexcept {
    ended_ = true;
    for (const auto& handler : handlers_) {
        try {
            handler->upload_interrupted();
        } catch (...) {
            logging::Logger("tatum.request").error("An upload handler failed to clean up");
        }
    }
}

bool MultipartParser::Impl::feed(std::string_view piece) {
    if (stopped_) return !want_no_more_;
    try {
        splitter_.feed(piece);
    } catch (const StopUpload& request) {
        stop(request);
    }
    return !want_no_more_;
}

MultipartForm MultipartParser::Impl::finish() {
    try {
        if (!stopped_) splitter_.finish();
    } catch (const StopUpload& request) {
        stop(request);
    }
    if (stopped_ || cut_off_) interrupt();
    if (!stopped_) {
        for (const auto& handler : handlers_) handler->upload_complete();
        ended_ = true;
    }
    return std::move(form_);
}

MultipartParser::MultipartParser(std::string_view content_type, const HttpSettings& settings,
                                 std::span<const Owned<UploadHandler>> handlers,
                                 std::string_view encoding)
    : impl_(std::make_unique<Impl>(content_type, settings, handlers, encoding)) {}
MultipartParser::~MultipartParser() = default;
MultipartParser::MultipartParser(MultipartParser&&) noexcept = default;

bool MultipartParser::feed(std::string_view piece) { return impl_->feed(piece); }

MultipartForm MultipartParser::finish() { return impl_->finish(); }

}  // namespace tatum::http
