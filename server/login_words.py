"""The words of the sign-in page, in Japanese and English."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["ja", "en"]

WORDS: Mapping[Language, Mapping[str, str]] = {
    "ja": {
        "product": "火の見",
        "subtitle": "災害対応プラットフォーム",
        "drill": "訓練",
        "switch": "English",
        "login": "ログイン名",
        "password": "パスワード",
        "sign_in": "ログイン",
        "help": "パスワードを忘れたときは、管理者に再設定を依頼してください。",
        "failed_title": "ログインできませんでした",
        "failed_text": (
            "ログイン名またはパスワードが違います。"
            "続けて間違えると、しばらくログインできなくなります。"
        ),
        "locked_title": "一時的に止めています",
        "locked_text": (
            "続けて間違えたため、あと約{minutes}分ログインできません。"
            "急ぐときは管理者に解除を依頼してください。"
        ),
        "disabled_title": "このアカウントは停止されています",
        "disabled_text": "使うには、管理者に再開を依頼してください。",
        "limited_title": "この場所からの試行が多すぎます",
        "limited_text": "あと約{minutes}分お待ちください。",
        "stale_title": "画面が古くなっていました",
        "stale_text": (
            "もう一度、ログイン名とパスワードを入れてください。"
            "Cookieを止めている場合は許可してください。"
        ),
        "signed_out_title": "ログアウトしました",
        "signed_out_text": "続けるには、もう一度ログインしてください。",
        "busy_title": "ログインが混み合っています",
        "busy_text": "数秒おいて、もう一度お試しください。",
        "gone_title": "データベースに接続できません",
        "gone_text": (
            "復旧しだい使えるようになります。"
            "壁面表示など開いている画面は、最後の状態を表示し続けます。"
        ),
    },
    "en": {
        "product": "Hinomi",
        "subtitle": "Disaster operations platform",
        "drill": "DRILL 訓練",
        "switch": "日本語",
        "login": "Login name",
        "password": "Password",
        "sign_in": "Sign in",
        "help": "Forgotten your password? Ask an administrator for a new one.",
        "failed_title": "You could not be signed in",
        "failed_text": (
            "The login name or the password is wrong. After several "
            "failures in a row, signing in stops for a while."
        ),
        "locked_title": "Stopped for a while",
        "locked_text": (
            "Too many failures in a row: signing in opens again in "
            "about {minutes} min. In a hurry, ask an administrator."
        ),
        "disabled_title": "This account is disabled",
        "disabled_text": "Ask an administrator to enable it.",
        "limited_title": "Too many tries from this place",
        "limited_text": "Please wait about {minutes} min.",
        "stale_title": "The page was out of date",
        "stale_text": "Enter your login name and password again. Cookies must be allowed.",
        "signed_out_title": "You are signed out",
        "signed_out_text": "Sign in again to go on.",
        "busy_title": "Many are signing in right now",
        "busy_text": "Wait a few seconds and try again.",
        "gone_title": "The database cannot be reached",
        "gone_text": (
            "This page opens by itself once it is back. "
            "Screens already open keep their last picture."
        ),
    },
}
