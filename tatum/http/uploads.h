#pragma once

#include <tatum/base/owned.h>
#include <tatum/base/shared.h>
#include <tatum/base/value.h>
#include <tatum/http/body.h>
#include <tatum/http/multi_value_dict.h>
#include <tatum/http/settings.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::http {

class Request;

/// A temporary file, removed when the last UploadedFile that holds it goes.
class TemporaryFile {
public:
    /// In `folder` (empty: $TMPDIR, else /tmp); the name ends with `suffix`.
    /// Throws std::system_error.
    TemporaryFile(const std::string& folder, std::string_view suffix);
    ~TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    const std::string& path() const { return path_; }
    const OpenFile& file() const { return file_; }
    /// Behind what there is. Throws std::system_error: a full disk is an exception, and the file is
    /// removed with this object.
    void append(std::string_view bytes);
    /// The file has been moved elsewhere: do not remove it.
    void release() { released_ = true; }

private:
    std::string path_;
    OpenFile file_;
    bool released_ = false;
};

/// A file that came with a form; in memory, or on disk when it is large. Copies share the content,
/// which is immutable.
class UploadedFile {
public:
    static constexpr std::size_t kChunkSize = 64 * 1024;

    UploadedFile() = default;
    UploadedFile(std::string_view name, std::string content,
                 std::string_view content_type = "application/octet-stream");
    UploadedFile(std::string_view name, Shared<TemporaryFile> file, std::uint64_t size,
                 std::string_view content_type);

    /// Without folders, control characters and the names "." and "..", as Django; at most 255
    /// characters.
    const std::string& name() const { return name_; }
    void set_name(std::string_view name);
    /// As the browser said; not to be trusted.
    const std::string& content_type() const { return content_type_; }
    const std::string& charset() const { return charset_; }
    using Parameters = std::vector<std::pair<std::string, std::string>>;
    const Parameters& content_type_extra() const { return content_type_extra_; }
    void set_content_type(std::string content_type, Parameters extra);
    /// In bytes.
    std::uint64_t size() const { return size_; }
    bool multiple_chunks(std::size_t chunk_size = kChunkSize) const { return size_ > chunk_size; }

    /// All of it. Reads the disk when the file is there.
    std::string read() const;
    /// At most `buffer.size()` bytes from `offset`; 0 at the end.
    std::size_t read_at(std::uint64_t offset, std::span<char> buffer) const;
    /// Empty when the file is in memory.
    std::string temporary_file_path() const;
    /// nullptr when the file is in memory.
    const Shared<TemporaryFile>& temporary_file() const { return file_; }
    /// The content when the file is in memory, else empty.
    std::string_view in_memory() const;

    friend bool operator==(const UploadedFile& a, const UploadedFile& b);

private:
    std::string name_, content_type_, charset_;
    Parameters content_type_extra_;
    std::uint64_t size_ = 0;
    Shared<const std::string> content_;
    Shared<TemporaryFile> file_;
};

/// `name`, `size`, `content_type` and `charset` for templates; prints the name.
Value to_value(const UploadedFile& file);
/// The file that such a Value holds, which lives as long; nullptr when it is something else.
const UploadedFile* uploaded_file(const Value& value);

/// Django's sanitising of a file name that a browser sent; empty when nothing usable is left.
std::string sanitize_file_name(std::string_view name);

using FileDict = MultiValueDict<UploadedFile>;

/// What is known of a part before its content.
struct UploadPart {
    std::string field_name, file_name, content_type, charset;
    UploadedFile::Parameters content_type_extra;
    /// Of the part when it says so, else nullopt.
    std::optional<std::uint64_t> content_length;
};

/// Throw from an UploadHandler to end the upload: the form has what came before.
struct StopUpload {
    bool connection_reset = false;  ///< do not read the rest of the body
};
/// Throw from new_file() or receive_data_chunk(): this file is not wanted, what follows is.
struct SkipFile {};

/// Where uploaded files go: Django's FileUploadHandler. A request asks its handlers in order; it is
/// also the place to show progress and to set a quota. Any of its functions may suspend the fiber.
/// What they throw beside the two above fails the request.
class UploadHandler {
public:
    virtual ~UploadHandler() = default;
    /// Before anything is read; `content_length` of the whole body when known. May throw
    /// StopUpload: then the form is empty.
    virtual void start(const Request&, std::optional<std::uint64_t> content_length) {
        static_cast<void>(content_length);
    }
    /// A file begins. True: this handler takes it, later ones do not hear of it (Django's
    /// StopFutureHandlers).
    virtual bool new_file(const UploadPart& part) = 0;
    /// A piece at `start`; returns what later handlers see, empty when nothing.
    virtual std::string_view receive_data_chunk(std::string_view chunk, std::uint64_t start) = 0;
    /// The file has ended. The first handler that returns a file wins.
    virtual std::optional<UploadedFile> file_complete(std::uint64_t size) = 0;
    /// The form has been read to its end.
    virtual void upload_complete() {}
    /// It has not: StopUpload, the client has left, the disk is full, a limit was passed.
    virtual void upload_interrupted() {}
};

/// Those of a request, in the order in which they are asked.
using UploadHandlers = std::vector<Owned<UploadHandler>>;

/// Django's default handlers in one: memory up to file_upload_max_memory_size, then a temporary
/// file. The disk is written to on the pool. Unlike Django: the file's own size decides, not the
/// body's.
Owned<UploadHandler> default_upload_handler(const HttpSettings& settings);
/// Always a temporary file.
Owned<UploadHandler> temporary_file_upload_handler(const HttpSettings& settings);

}  // namespace tatum::http

namespace tatum {
using http::UploadedFile;
}
