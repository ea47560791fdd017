#pragma once

#include <tatum/base/error.h>

#include <string>
#include <string_view>
#include <vector>

namespace tatum::db {

/// One reason why a value is not valid.
struct ValidationFault {
    std::string field;    ///< empty: the object as a whole
    std::string code;     ///< "required", "max_length", "unique"
    std::string message;  ///< for people; may reach a browser
};

/// What full_clean(), clean() and form fields throw: all faults at once.
class ValidationError : public Exception {
public:
    /// A fault of the object as a whole.
    explicit ValidationError(std::string_view message, std::string_view code = "invalid");
    ValidationError(std::string_view field, std::string_view message, std::string_view code);
    explicit ValidationError(std::vector<ValidationFault> faults);

    const std::vector<ValidationFault>& faults() const { return faults_; }
    /// The messages of one field; with "" those of the whole.
    std::vector<std::string> messages(std::string_view field) const;

private:
    std::vector<ValidationFault> faults_;
};

}  // namespace tatum::db

namespace tatum {
using db::ValidationError;
}
