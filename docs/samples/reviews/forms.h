#pragma once

#include "models.h"

#include <tatum/forms/model_form.h>

namespace reviews {

struct ReviewForm : tatum::ModelForm<ReviewForm, Review> {
    using ModelForm::ModelForm;

    static void define(tatum::ModelFormDefinition<ReviewForm>&);
    void clean_body();
};

}  // namespace reviews
