#pragma once

#include <tatum/forms/file_fields.h>

namespace tatum::forms {

/// Any number of files under one name; cleaned it is their list. What a member of type
/// std::vector<UploadedFile> has.
class MultipleFileField : public FileField {
public:
    MultipleFileField(Options options = {});
    TATUM_FORM_FIELD(MultipleFileField)
    Value clean(const Value& value, const Value& initial = {}) const override;
    bool has_changed(const Value& initial, const Value& data) const override;
};

}  // namespace tatum::forms
