#pragma once

#include <tatum/base/error.h>
#include <tatum/base/value.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum {

/// One reason why a value is not valid.
struct ValidationFault {
    std::string field;    ///< empty: the value or the object as a whole
    std::string code;     ///< "required", "max_length", "unique"
    std::string message;  ///< for people, in their language; may reach a browser
    /// What the message says of the case, by name ("limit_value"): for another message in its
    /// place, through format_message().
    Dict params = {};
};

/// What validators, form fields, clean() and full_clean() throw: all faults at once.
class ValidationError : public Exception {
public:
    using Params = std::initializer_list<std::pair<std::string_view, Value>>;

    /// A fault of the whole.
    explicit ValidationError(std::string_view message, std::string_view code = "invalid");
    /// A fault of the whole, "Only %(left)d are left.", with what stands at its places.
    ValidationError(std::string_view message, std::string_view code, Params params);
    ValidationError(std::string_view field, std::string_view message, std::string_view code);
    explicit ValidationError(ValidationFault fault);
    explicit ValidationError(std::vector<ValidationFault> faults);

    const std::vector<ValidationFault>& faults() const { return faults_; }
    /// The messages of one field; with "" those of the whole.
    std::vector<std::string> messages(std::string_view field) const;

private:
    std::vector<ValidationFault> faults_;
};

/// Python's `message % params`: %(name)s, %(name)d and, for repr(), %(name)r become what `params`
/// holds, %% a '%'. Without
/// any params the message is as it is. A place that cannot be filled stays.
std::string format_message(std::string_view message, const Dict& params);

}  // namespace tatum
