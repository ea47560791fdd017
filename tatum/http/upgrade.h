#pragma once

#include <tatum/base/function.h>
#include <tatum/net/byte_stream.h>

namespace tatum::http {

/// What takes a connection over once its response, of status 101, has been sent. An extension of
/// that response; so middleware sees the response like any other, and may add to it.
struct Upgrade {
    /// Called on the request's fiber, while the request is current. The connection is closed when
    /// it returns.
    Function<void(net::ByteStream&)> serve;
};

/// An extension of a streamed response that has no end of its own: its fiber is cancelled when the
/// client leaves or the server stops.
struct Endless {};

}  // namespace tatum::http
