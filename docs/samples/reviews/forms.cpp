#include "forms.h"

using namespace tatum;

namespace reviews {

void ReviewForm::define(ModelFormDefinition<ReviewForm>& d) {
    d.fields<&Review::name, &Review::stars, &Review::body>();
    d.field<&Review::name>(label("Your name"));
    d.field<&Review::body>(label("What do you say?"));
    d.clean<&Review::body, &ReviewForm::clean_body>();
}

void ReviewForm::clean_body() {
    if (cleaned("body").str().find("://") != std::string::npos) {
        throw ValidationError("No links, please.", "link");
    }
}

}  // namespace reviews
