#pragma once

#include <tatum/net/http_client.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::net {

/// Records the replies to HTTP calls in a file and plays them back, so that a test needs no network
/// and gets the same replies for ever. Safe for use by several fibers and threads.
///
///     HttpTape tape("testdata/rates.json");
///     HttpClient client({.transport = &tape});
///
/// The file is JSON for people to read and edit. It holds method, address and body of each call,
/// and status, headers and body of its reply; of the call's headers nothing, and no cookies.
class HttpTape final : public HttpTransport {
public:
    enum class Mode {
        Replay,         ///< a call that is not on the tape fails: http_client.E010
        Record,         ///< asks the network for all, and writes the tape anew
        RecordMissing,  ///< asks the network for what is not on the tape, and adds it
    };

    struct Options {
        Mode mode = Mode::Replay;
        /// Keys and passwords: where they stand in an address or a body, the tape has "***".
        std::vector<std::string> hidden = {};
    };

    /// Throws HttpError http_client.E010 when the file is no tape, or missing in Replay.
    explicit HttpTape(std::string path) : HttpTape(std::move(path), Options{}) {}
    HttpTape(std::string path, Options options);
    /// Saves what was recorded; a failure is logged.
    ~HttpTape() override;
    HttpTape(const HttpTape&) = delete;
    HttpTape& operator=(const HttpTape&) = delete;

    /// Each recorded reply is played once, in the order of the recording.
    Result<std::optional<HttpReply>> answer(const HttpSent& sent) override;
    void observe(const HttpSent& sent, const HttpReply& reply) override;
    /// Throws std::system_error.
    void save();
    /// How many recorded replies nobody has asked for.
    std::size_t unplayed() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Keeps tests off the network: a call fails with http_client.E010 unless it is to this machine.
class NoNetwork final : public HttpTransport {
public:
    Sees sees() const override { return Sees::Heads; }
    Result<std::optional<HttpReply>> answer(const HttpSent& sent) override;
};

}  // namespace tatum::net
