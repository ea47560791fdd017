#include <tatum/http/uploads.h>

#include <tatum/base/html.h>
#include <tatum/base/text.h>
#include <tatum/http/errors.h>
#include <tatum/http/impl/system_error.h>
#include <tatum/net/offload.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace tatum::http {

namespace {

constexpr std::size_t kFileNameMax = 255;    // in characters, as Django
constexpr std::size_t kSuffixBytesMax = 16;  // of a temporary file's extension
constexpr std::size_t kMemoryReserve = 4096;
constexpr std::size_t kWriteBytes = 128 * 1024;  // at a time, to a temporary file

using impl::throw_system_error;

/// ".png" of "a.png"; empty when there is none.
std::string_view extension_of(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos || dot == 0 ? std::string_view() : name.substr(dot);
}

std::string_view behind_last(std::string_view text, char separator) {
    const std::size_t at = text.rfind(separator);
    return at == std::string_view::npos ? text : text.substr(at + 1);
}

std::string printable(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t start = at;
        if (strings::is_printable(strings::next_code_point(text, at)))
            out += text.substr(start, at - start);
    }
    return out;
}

bool is_no_name(std::string_view name) { return name.empty() || name == "." || name == ".."; }

/// An extension that is fit for a temporary file's name.
std::string temporary_suffix(std::string_view file_name) {
    std::string suffix = ".upload";
    const std::string_view extension = extension_of(file_name);
    const bool plain = extension.size() <= kSuffixBytesMax &&
                       std::all_of(extension.begin(), extension.end(), [](char c) {
                           return c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                                  (c >= 'A' && c <= 'Z');
                       });
    if (plain) suffix += extension;
    return suffix;
}

}  // namespace

TemporaryFile::TemporaryFile(const std::string& folder, std::string_view suffix) {
    const char* fallback = std::getenv("TMPDIR");
    path_ = !folder.empty() ? folder : fallback != nullptr && *fallback != '\0' ? fallback : "/tmp";
    path_.append("/tatum-XXXXXX").append(suffix);
    const int descriptor = ::mkostemps(path_.data(), static_cast<int>(suffix.size()), O_CLOEXEC);
    if (descriptor < 0) throw_system_error(errno, "cannot make a temporary file " + path_);
    file_ = OpenFile(descriptor);
}

TemporaryFile::~TemporaryFile() {
    if (!released_) ::unlink(path_.c_str());
}

void TemporaryFile::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(file_.descriptor(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw_system_error(errno, "cannot write the temporary file " + path_);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::string sanitize_file_name(std::string_view name) {
    const std::string unescaped = html::unescape(name);
    std::string result = printable(behind_last(behind_last(unescaped, '/'), '\\'));
    return is_no_name(result) ? std::string() : result;
}

UploadedFile::UploadedFile(std::string_view name, std::string content,
                           std::string_view content_type)
    : content_type_(content_type), size_(content.size()) {
    set_name(name);
    content_ = shared<const std::string>(std::move(content));
}

UploadedFile::UploadedFile(std::string_view name, Shared<TemporaryFile> file, std::uint64_t size,
                           std::string_view content_type)
    : content_type_(content_type), size_(size), file_(std::move(file)) {
    set_name(name);
}

void UploadedFile::set_name(std::string_view name) {
    name = behind_last(name, '/');
    if (is_no_name(name))
        throw SuspiciousOperation("Could not derive file name from '" + std::string(name) + "'");
    const std::size_t length = strings::length(name);
    if (length <= kFileNameMax) {
        name_ = name;
        return;
    }
    // The extension is kept, and the name before it cut.
    const std::string_view whole = extension_of(name);
    const std::string_view extension = strings::slice(whole, 0, kFileNameMax);
    const std::size_t rest = kFileNameMax - strings::length(extension);
    name_ = strings::slice(name.substr(0, name.size() - whole.size()), 0, rest);
    name_ += extension;
}

void UploadedFile::set_content_type(std::string content_type, Parameters extra) {
    content_type_ = std::move(content_type);
    content_type_extra_ = std::move(extra);
    charset_.clear();
    for (const auto& [name, value] : content_type_extra_)
        if (name == "charset") charset_ = value;
}

std::size_t UploadedFile::read_at(std::uint64_t offset, std::span<char> buffer) const {
    if (file_) return file_->file().read_at(offset, buffer);
    const std::string_view content = in_memory();
    if (offset >= content.size()) return 0;
    const std::string_view rest = content.substr(static_cast<std::size_t>(offset));
    const std::size_t count = std::min(rest.size(), buffer.size());
    std::memcpy(buffer.data(), rest.data(), count);
    return count;
}

std::string UploadedFile::read() const {
    return file_ ? file_->file().read() : std::string(in_memory());
}

std::string UploadedFile::temporary_file_path() const { return file_ ? file_->path() : ""; }

std::string_view UploadedFile::in_memory() const {
    return content_ ? std::string_view(*content_) : std::string_view();
}

bool operator==(const UploadedFile& a, const UploadedFile& b) {
    return a.name_ == b.name_ && a.content_type_ == b.content_type_ && a.size_ == b.size_ &&
           a.content_ == b.content_ && a.file_ == b.file_;
}

namespace {

class UploadedFileObject final : public Object {
public:
    explicit UploadedFileObject(const UploadedFile& uploaded) : file(uploaded) {}

    std::string_view type_name(Self) const override { return "UploadedFile"; }
    void append_str(Self, std::string& out) const override { out += file.name(); }
    void append_repr(Self, std::string& out) const override {
        out += "<UploadedFile: " + file.name() + " (" + file.content_type() + ")>";
    }
    bool truth(Self) const override { return !file.name().empty(); }
    std::optional<Value> attribute(Self, const Name& name) const override {
        if (name.text == "name") return file.name();
        if (name.text == "size") return file.size();
        if (name.text == "content_type") return file.content_type();
        if (name.text == "charset") return file.charset();
        return std::nullopt;
    }
    std::vector<std::string> attribute_names(Self) const override {
        return {"name", "size", "content_type", "charset"};
    }

    const UploadedFile file;
};

}  // namespace

Value to_value(const UploadedFile& file) { return Value::adopt(new UploadedFileObject(file)); }

const UploadedFile* uploaded_file(const Value& value) {
    if (!value.is_object()) return nullptr;
    const auto* object = dynamic_cast<const UploadedFileObject*>(&value.as_object());
    return object == nullptr ? nullptr : &object->file;
}

namespace {

/// Memory first, and a temporary file once the content is larger than a limit.
class SpillingUploadHandler final : public UploadHandler {
public:
    SpillingUploadHandler(std::size_t memory_max, std::string folder)
        : memory_max_(memory_max), folder_(std::move(folder)) {}

    bool new_file(const UploadPart& part) override {
        part_ = part;
        memory_.clear();
        if (memory_max_ > 0) memory_.reserve(std::min(memory_max_, kMemoryReserve));
        file_.reset();
        return true;
    }
    std::string_view receive_data_chunk(std::string_view chunk, std::uint64_t) override {
        if (!file_ && memory_.size() + chunk.size() > memory_max_) begin_file();
        memory_ += chunk;
        if (file_ && memory_.size() >= kWriteBytes) write();
        return {};
    }
    std::optional<UploadedFile> file_complete(std::uint64_t size) override {
        if (memory_max_ == 0 && !file_) begin_file();
        if (file_) write();
        UploadedFile file =
            file_ ? UploadedFile(part_.file_name, std::move(file_), size, part_.content_type)
                  : UploadedFile(part_.file_name, std::move(memory_), part_.content_type);
        file.set_content_type(part_.content_type, part_.content_type_extra);
        return file;
    }
    void upload_interrupted() override {
        file_.reset();
        memory_ = {};
    }

private:
    void begin_file() {
        file_ = shared<TemporaryFile>(folder_, temporary_suffix(part_.file_name));
        write();
        memory_.shrink_to_fit();
    }
    /// A slow or busy disk holds up this upload and nobody else.
    void write() {
        if (!memory_.empty()) net::offload([&] { file_->append(memory_); });
        memory_.clear();
    }

    std::size_t memory_max_;
    std::string folder_;
    UploadPart part_;
    std::string memory_;  ///< of a small file all, of a large one what is still to be written
    Shared<TemporaryFile> file_;
};

}  // namespace

Owned<UploadHandler> default_upload_handler(const HttpSettings& settings) {
    return owned<SpillingUploadHandler>(settings.file_upload_max_memory_size,
                                        settings.file_upload_temp_dir);
}

Owned<UploadHandler> temporary_file_upload_handler(const HttpSettings& settings) {
    return owned<SpillingUploadHandler>(std::size_t{0}, settings.file_upload_temp_dir);
}

}  // namespace tatum::http
