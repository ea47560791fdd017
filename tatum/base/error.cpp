#include <tatum/base/error.h>

#include <tatum/base/log.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace tatum {

std::string Error::str() const {
    std::string text;
    if (!where.file.empty()) {
        text += where.file;
        if (where.line != 0) text += ":" + std::to_string(where.line);
        if (where.line != 0 && where.column != 0) text += ":" + std::to_string(where.column);
        text += ": ";
    } else if (where.line != 0) {
        text += "line " + std::to_string(where.line) + ": ";
    }
    text += message;
    if (!code.empty()) text += " (" + code + ")";
    if (!hint.empty()) text += "\n" + hint;
    return text;
}

Exception::Exception(Error error) : std::runtime_error(error.str()), error_(std::move(error)) {}
Exception::Exception(const Exception& other) = default;
Exception& Exception::operator=(const Exception& other) = default;
Exception::~Exception() = default;

namespace impl {

void invariant_failed(const char* condition, const char* text, const char* file, int line) {
    const std::string message =
        std::string(file) + ":" + std::to_string(line) + ": " + text + " (" + condition + ")";
#ifdef TATUM_STOP_AT_BUGS
    std::fprintf(stderr, "tatum: an invariant does not hold: %s\n", message.c_str());
    std::abort();
#else
    logging::Logger("tatum").critical("an invariant does not hold", {{"where", message}});
    throw InternalError(message);
#endif
}

}  // namespace impl
}  // namespace tatum
