#include <tatum/files/file.h>

#include <tatum/net/offload.h>

namespace tatum::files {

File::File(std::string_view name, std::string content)
    : name_(name), size_(content.size()), upload_("content", std::move(content)) {}

File::File(const http::UploadedFile& upload)
    : name_(upload.name()), size_(upload.size()), upload_(upload) {}

File::File(std::string_view name, http::OpenFile file)
    : name_(name), size_(file.size()), on_disk_(shared<const http::OpenFile>(std::move(file))) {}

File File::open(const std::string& path) {
    return {path, net::offload([&] { return http::OpenFile::open(path); })};
}

std::string File::read() const {
    if (!on_disk_ && !temporary_file()) return std::string(upload_.in_memory());
    return net::offload([&] { return on_disk_ ? on_disk_->read() : upload_.read(); });
}

std::size_t File::read_at(std::uint64_t offset, std::span<char> buffer) const {
    return on_disk_ ? on_disk_->read_at(offset, buffer) : upload_.read_at(offset, buffer);
}

}  // namespace tatum::files
