#pragma once

#include <tatum/net/impl/raw_client.h>

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// For tests only.
namespace tatum::net::impl {

using Http2Fields = std::vector<std::pair<std::string, std::string>>;

/// What every request needs.
inline Http2Fields http2_fields(std::string method, std::string path, Http2Fields more = {}) {
    Http2Fields fields{{":method", std::move(method)},
                       {":scheme", "http"},
                       {":authority", "a"},
                       {":path", std::move(path)}};
    fields.insert(fields.end(), more.begin(), more.end());
    return fields;
}

// --- frame by frame ------------------------------------------------------------------------------

struct Http2Frame {
    std::uint8_t type = 0;
    std::uint8_t flags = 0;
    std::uint32_t stream = 0;
    std::string payload;

    std::uint32_t number(std::size_t offset) const {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            value = value << 8 | static_cast<std::uint8_t>(payload[offset + i]);
        }
        return value;
    }
};

inline std::string http2_number(std::uint32_t value) {
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
            static_cast<char>(value >> 8), static_cast<char>(value)};
}

/// Any frame, right or wrong.
inline std::string http2_frame(int type, int flags, std::uint32_t stream,
                               std::string_view payload) {
    std::string frame = http2_number(static_cast<std::uint32_t>(payload.size()) << 8);
    frame[3] = static_cast<char>(type);
    frame += static_cast<char>(flags);
    return frame + http2_number(stream) + std::string(payload);
}

/// RFC 7541 §6.2.2, as plain as can be: no table, no Huffman code, no check.
inline std::string http2_block(const Http2Fields& fields) {
    const auto text = [](std::string_view value) {
        std::string out;
        std::size_t size = value.size();
        if (size < 127) {
            out += static_cast<char>(size);
        } else {
            out += '\x7f';
            for (size -= 127; size >= 128; size /= 128) {
                out += static_cast<char>(size % 128 + 128);
            }
            out += static_cast<char>(size);
        }
        return out.append(value);
    };
    std::string block;
    for (const auto& [name, value] : fields) block += '\0' + text(name) + text(value);
    return block;
}

/// Sends frames as they are given, and reads those of the server.
class Http2RawClient {
public:
    static constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    explicit Http2RawClient(const Address& address) : socket_(address) {
        send(kPreface);
        send_frame(NGHTTP2_SETTINGS, 0, 0, "");
    }

    RawClient& socket() { return socket_; }
    bool send(std::string_view bytes) { return socket_.send(bytes); }
    bool send_frame(int type, int flags, std::uint32_t stream, std::string_view payload) {
        return send(http2_frame(type, flags, stream, payload));
    }
    /// A request without a body.
    bool send_get(std::uint32_t stream, std::string path) {
        return send_frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM,
                          stream, http2_block(http2_fields("GET", std::move(path))));
    }

    /// nullopt at the end of the stream.
    std::optional<Http2Frame> read() {
        constexpr std::size_t kHeadBytes = 9;
        std::string& buffer = socket_.buffer();
        for (;;) {
            if (buffer.size() >= kHeadBytes) {
                const Http2Frame head{0, 0, 0, buffer.substr(0, kHeadBytes)};
                const std::size_t size = head.number(0) >> 8;
                if (buffer.size() >= kHeadBytes + size) {
                    Http2Frame frame{static_cast<std::uint8_t>(buffer[3]),
                                     static_cast<std::uint8_t>(buffer[4]), head.number(5),
                                     buffer.substr(kHeadBytes, size)};
                    buffer.erase(0, kHeadBytes + size);
                    return frame;
                }
            }
            if (!socket_.receive()) return std::nullopt;
        }
    }
    /// The next frame of that type, those before it left out.
    std::optional<Http2Frame> read(int type) {
        for (;;) {
            auto frame = read();
            if (!frame || frame->type == type) return frame;
        }
    }
    /// The error code of the server's last GOAWAY before it closes; nullopt when there is none.
    std::optional<std::uint32_t> read_goaway() {
        std::optional<std::uint32_t> code;
        while (auto frame = read(NGHTTP2_GOAWAY)) code = frame->number(4);
        return code;
    }
    /// The error code with which the server resets the next stream.
    std::optional<std::uint32_t> read_reset() {
        const auto frame = read(NGHTTP2_RST_STREAM);
        if (!frame) return std::nullopt;
        return frame->number(0);
    }

private:
    RawClient socket_;
};

// --- by nghttp2 ----------------------------------------------------------------------------------

struct Http2Reply {
    int status = 0;
    std::vector<int> interim;
    Http2Fields fields;
    std::string body;
    bool ended = false;  ///< closed, in whatever way
    std::uint32_t error_code = 0;

    std::string field(std::string_view name) const {
        for (const auto& [own, value] : fields) {
            if (own == name) return value;
        }
        return {};
    }
};

/// A client as it should be. Blocks, but no longer than RawClient does.
class Http2Client {
public:
    struct Options {
        std::uint32_t window_bytes = 65'535;
        /// Windows open only by open_window().
        bool manual_windows = false;
    };

    explicit Http2Client(const Address& address) : Http2Client(address, Options()) {}
    Http2Client(const Address& address, const Options& options) : socket_(address) {
        nghttp2_option* option = nullptr;
        nghttp2_option_new(&option);
        nghttp2_option_set_no_auto_window_update(option, options.manual_windows);
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_session_callbacks_new(&callbacks);
        nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
        nghttp2_session* session = nullptr;
        nghttp2_session_client_new2(&session, callbacks, this, option);
        session_.reset(session);
        nghttp2_session_callbacks_del(callbacks);
        nghttp2_option_del(option);
        const nghttp2_settings_entry window{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
                                            options.window_bytes};
        nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, &window, 1);
    }
    Http2Client(const Http2Client&) = delete;
    Http2Client& operator=(const Http2Client&) = delete;

    RawClient& socket() { return socket_; }
    nghttp2_session* session() { return session_.get(); }

    /// Sends a request and returns its stream. `trailers` follow the body.
    std::int32_t request(const Http2Fields& fields, std::string body = {},
                         Http2Fields trailers = {}) {
        const bool has_body = !body.empty() || !trailers.empty();
        auto upload = std::make_unique<Upload>(Upload{std::move(body), 0, std::move(trailers)});
        nghttp2_data_provider provider{};
        provider.source.ptr = upload.get();
        provider.read_callback = read_upload;
        const auto list = nv(fields);
        const std::int32_t stream =
            nghttp2_submit_request(session_.get(), nullptr, list.data(), list.size(),
                                   has_body ? &provider : nullptr, nullptr);
        uploads_.push_back(std::move(upload));
        replies_[stream];
        flush();
        return stream;
    }
    std::int32_t get(std::string path) { return request(http2_fields("GET", std::move(path))); }

    /// Until the stream has ended.
    Http2Reply& wait(std::int32_t stream) {
        Http2Reply& reply = replies_[stream];
        while (!reply.ended && step()) {
        }
        return reply;
    }
    /// Sends what there is to send, and reads once; false at the end.
    bool step() {
        flush();
        if (!socket_.receive()) return false;
        std::string bytes = std::exchange(socket_.buffer(), {});
        const auto taken = nghttp2_session_mem_recv(
            session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
        flush();
        return taken >= 0;
    }
    void flush() {
        const std::uint8_t* bytes = nullptr;
        for (;;) {
            const auto count = nghttp2_session_mem_send(session_.get(), &bytes);
            if (count <= 0) break;
            sent_.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
        }
        socket_.send(std::exchange(sent_, {}));
    }
    Http2Reply& reply(std::int32_t stream) { return replies_[stream]; }
    void open_window(std::int32_t stream, std::size_t bytes) {
        nghttp2_session_consume(session_.get(), stream, bytes);
        flush();
    }
    void reset(std::int32_t stream) {
        nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
        flush();
    }
    bool got_goaway() const { return got_goaway_; }

private:
    struct Upload {
        std::string body;
        std::size_t sent = 0;
        Http2Fields trailers;
    };
    struct Deleter {
        void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
    };

    static Http2Client& self(void* user) { return *static_cast<Http2Client*>(user); }
    static std::vector<nghttp2_nv> nv(const Http2Fields& fields) {
        std::vector<nghttp2_nv> list;
        const auto bytes = [](const std::string& text) {
            return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
        };
        for (const auto& [name, value] : fields) {
            list.push_back({bytes(name), bytes(value), name.size(), value.size(), 0});
        }
        return list;
    }
    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                         std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                         std::uint8_t, void* user) {
        Http2Reply& reply = self(user).replies_[frame->hd.stream_id];
        std::string field(reinterpret_cast<const char*>(name), name_size);
        std::string text(reinterpret_cast<const char*>(value), value_size);
        if (field != ":status") {
            reply.fields.emplace_back(std::move(field), std::move(text));
        } else if (text.starts_with('1')) {
            reply.interim.push_back(std::stoi(text));
        } else {
            reply.status = std::stoi(text);
        }
        return 0;
    }
    static int on_data(nghttp2_session*, std::uint8_t, std::int32_t stream,
                       const std::uint8_t* bytes, std::size_t size, void* user) {
        self(user).replies_[stream].body.append(reinterpret_cast<const char*>(bytes), size);
        return 0;
    }
    static int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t code, void* user) {
        self(user).replies_[stream].ended = true;
        self(user).replies_[stream].error_code = code;
        return 0;
    }
    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        if (frame->hd.type == NGHTTP2_GOAWAY) self(user).got_goaway_ = true;
        return 0;
    }
    static ssize_t read_upload(nghttp2_session* session, std::int32_t stream, std::uint8_t* into,
                               std::size_t size, std::uint32_t* flags, nghttp2_data_source* source,
                               void*) {
        auto& upload = *static_cast<Upload*>(source->ptr);
        const std::size_t count =
            upload.body.copy(reinterpret_cast<char*>(into), size, upload.sent);
        upload.sent += count;
        if (upload.sent < upload.body.size()) return static_cast<ssize_t>(count);
        *flags |= NGHTTP2_DATA_FLAG_EOF;
        if (!upload.trailers.empty()) {
            *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
            const auto list = nv(upload.trailers);
            nghttp2_submit_trailer(session, stream, list.data(), list.size());
        }
        return static_cast<ssize_t>(count);
    }

    RawClient socket_;
    std::unique_ptr<nghttp2_session, Deleter> session_;
    std::vector<std::unique_ptr<Upload>> uploads_;
    std::map<std::int32_t, Http2Reply> replies_;
    std::string sent_;
    bool got_goaway_ = false;
};

}  // namespace tatum::net::impl
